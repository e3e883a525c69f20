"""Whole jobs, judged by what a viewer would see and hear."""
