"""Persons, units, and what is true of them on a given day: posting, leave, role."""
