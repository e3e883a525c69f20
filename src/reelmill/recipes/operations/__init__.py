"""What users can ask to be done with a source, one after another."""
