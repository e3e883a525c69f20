"""Everything that knows FFmpeg: finding, probing, argument lists, child processes, progress."""
