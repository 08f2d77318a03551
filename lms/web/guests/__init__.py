"""Instructors of other bodies: added and invited by training officers."""
