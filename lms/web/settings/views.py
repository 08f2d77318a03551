"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.settings import audit, health, organisation, sign_ins
from lms.web.settings.blueprint import pages

__all__ = ["audit", "health", "organisation", "pages", "sign_ins"]
