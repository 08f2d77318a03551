"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.completion import cards, closing, packs, pinning, reopening, verdicts, what_if
from lms.web.completion.blueprint import pages

__all__ = ["cards", "closing", "packs", "pages", "pinning", "reopening", "verdicts", "what_if"]
