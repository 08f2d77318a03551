"""Selecting for a run down one ranked list, and its quotas by unit."""
