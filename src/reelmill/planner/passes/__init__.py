"""Exact passes: each gives steps whose outputs decode to the same picture and sound."""
