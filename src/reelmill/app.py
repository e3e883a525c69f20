"""The only wiring: builds the parts, hands each what it needs, and offers them as one library."""
