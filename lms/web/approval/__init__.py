"""A department's own page: what waits for its head and its clerk, and how its people stand."""
