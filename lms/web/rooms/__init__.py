"""The rooms to teach in."""
