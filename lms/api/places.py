"""Where the API is."""

from __future__ import annotations

from flask import request

PREFIX = "/api/v1"
GUIDE = "/api"
"""The page that describes it; types of problems are places on it."""


def is_api() -> bool:
    """Whether this request is for the API, wherever in it."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")
