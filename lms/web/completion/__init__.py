"""Pages that close a run, and the completion card of one person."""
