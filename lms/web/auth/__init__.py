"""Signing in and out, language, passwords."""
