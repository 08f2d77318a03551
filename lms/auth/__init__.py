"""Signing in, and the guard on every endpoint."""
