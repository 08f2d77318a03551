"""Checking in by the code on the room's screen, and what there is to settle at the door."""
