"""Cyber learning: lessons, their files and questions, and how far everybody has come in them."""
