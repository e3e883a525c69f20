"""Doorbells between those who accept work and those who do it."""
