"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.board import materials, posts
from lms.web.board.blueprint import pages

__all__ = ["materials", "pages", "posts"]
