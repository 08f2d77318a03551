"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.people import adding, changing, going, listing, roles, showing
from lms.web.people.blueprint import pages

__all__ = ["adding", "changing", "going", "listing", "pages", "roles", "showing"]
