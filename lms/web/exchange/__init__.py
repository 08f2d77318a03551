"""Files in: upload, preview, application; empty templates and the bad rows of a file out."""
