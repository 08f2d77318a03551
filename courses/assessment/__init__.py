"""Scores: components of a run whose weights sum to 100, and each person's points."""
