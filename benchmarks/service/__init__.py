"""The real service as processes, driven from outside. Never part of the tests."""
