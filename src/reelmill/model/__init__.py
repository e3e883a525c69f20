"""The three artefacts (Graph, Facts, Steps), events and errors: typed values, no behaviour."""
