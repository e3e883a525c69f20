"""Analyze: how close a picture is to another, or what it shows by itself."""
