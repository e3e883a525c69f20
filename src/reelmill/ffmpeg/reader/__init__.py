"""Reading strangers' media away from everything else: a child for each file, forked and sealed."""
