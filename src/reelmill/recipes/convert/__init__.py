"""Convert: a source, operations on it one after another, and a file of some format."""
