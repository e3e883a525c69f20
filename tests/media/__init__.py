"""Hard test media: clips made on demand, and readers that judge finished files by their content."""
