from __future__ import annotations

from lms.web.assignment import adding, listing, nominating  # noqa: F401  # each brings its views
from lms.web.assignment.blueprint import pages

__all__ = ["pages"]
