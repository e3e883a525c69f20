"""Measurements: each module is one benchmark and is run with `python -m`."""
