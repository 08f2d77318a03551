"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.settings import audit, enrolments, grades, health, keys, organisation, sign_ins
from lms.web.settings.blueprint import pages

__all__ = ["audit", "enrolments", "grades", "health", "keys", "organisation", "pages", "sign_ins"]
