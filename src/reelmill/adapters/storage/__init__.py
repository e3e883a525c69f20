"""Adapters of the Storage port."""
