"""What becomes of a request: accepted, compiled, worked on, ended. Pure rules, and the ports."""
