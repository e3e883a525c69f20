"""The command line: the same three functions as the library, for people and for scripts."""
