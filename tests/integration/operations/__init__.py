"""Every operation on the picture, run for real and looked at."""
