"""The three artefacts (Graph, Facts, Steps), job words and errors: typed values, no behaviour."""
