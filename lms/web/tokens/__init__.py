"""Tokens of the API: one's own, made, seen once, revoked; and the guide to the API."""
