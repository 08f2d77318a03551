"""Enrolling and withdrawing, one's own learning, and the officer's list of a run's people."""
