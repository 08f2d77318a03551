"""The tree of units, and who stands in for their heads."""
