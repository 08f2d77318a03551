"""The demo organisation: a fictional city, its finished training year, and some forty runs around today."""
