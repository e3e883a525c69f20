"""Requests that leave this machine: one policy, one code path."""
