"""Following jobs: what is told of them as it happens, whatever carries it."""
