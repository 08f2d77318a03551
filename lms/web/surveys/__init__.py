"""The satisfaction survey of a run: answered in half a minute, and what came out of it."""
