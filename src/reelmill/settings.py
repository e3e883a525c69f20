"""Everything that can be configured, as one typed object that is read once."""
