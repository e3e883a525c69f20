"""The ways of asking: each recipe turns a request into a graph."""
