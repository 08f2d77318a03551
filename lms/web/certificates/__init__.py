"""Certificates of a run, one's own, and the public verification page."""
