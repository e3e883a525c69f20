"""Telling listeners that a job has changed."""
