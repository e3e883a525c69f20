"""The values everything else speaks in: graphs, facts, steps, job states, events and errors."""
