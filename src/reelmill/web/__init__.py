"""The REST interface: requests in, documents out. It decides nothing about media or jobs."""
