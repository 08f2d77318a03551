"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.units import changing, deputising, offering, showing
from lms.web.units.blueprint import pages

__all__ = ["changing", "deputising", "offering", "pages", "showing"]
