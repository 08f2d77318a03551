"""Lessons: written and ordered by the officer, learnt by everybody who takes the course."""
