"""Stream: a source as HLS or DASH, in variants that the user names."""
