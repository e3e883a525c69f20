<<<<<<< HEAD
"""The three artefacts (Graph, Facts, Steps), job words and errors: typed values, no behaviour."""
=======
"""The values everything else speaks in: graphs, facts, steps, job states, events and errors."""
>>>>>>> scaffold
