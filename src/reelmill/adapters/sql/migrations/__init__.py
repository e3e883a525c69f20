"""How the tables came to be what they are; `schema.py` runs these. See `versions/`."""
