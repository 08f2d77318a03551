"""Recognised hours: one's own, learning elsewhere, how units stand, and what the rules are."""
