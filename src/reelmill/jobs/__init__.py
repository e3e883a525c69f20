"""The life of a job, from submission to its last event, and the ports it needs."""
