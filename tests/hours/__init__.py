"""Recognised hours: what counts, what is due, and learning elsewhere."""
