"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.surveys import answering, results
from lms.web.surveys.blueprint import pages

__all__ = ["answering", "pages", "results"]
