"""Ranking a department's applicants, and adding those who should have applied."""
