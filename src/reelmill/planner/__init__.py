"""The pure compiler: a graph and facts in, a plan of steps with its explanation out."""
