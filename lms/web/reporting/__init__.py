"""The officer's first screen, the lists behind its numbers, and the reports with their files."""
