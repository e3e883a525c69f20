"""The only wiring: which adapters stand behind the library, the service and the command line.

Each way in is a module of its own, so that a command loads what it needs and no more.
"""
