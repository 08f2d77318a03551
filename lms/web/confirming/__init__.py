"""Weighty steps that a second person confirms."""
