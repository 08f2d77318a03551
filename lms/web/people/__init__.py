"""People and their roles, for the administrator."""
