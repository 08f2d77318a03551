"""Excused absence: asked for by the person, decided by training officers."""
