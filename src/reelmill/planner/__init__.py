"""Graph and Facts to Steps: lowering, then exact passes over plain values. Nothing is run here."""
