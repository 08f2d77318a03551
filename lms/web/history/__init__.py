"""The draw of a run, open to everybody."""
