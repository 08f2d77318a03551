"""A session on paper: what is printed for it, and the signed sheets that come back."""
