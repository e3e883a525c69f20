"""One attempt at a step: fetch, execute, verify, publish."""
