"""Scores of a run: typed, pasted, and their parts."""
