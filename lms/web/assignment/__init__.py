"""Mandatory courses and who is late with them; many people put into a run at once; nominations as files."""
