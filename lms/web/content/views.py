"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.content import authoring, banks, files, learning, overview, playing, quizzes, sending
from lms.web.content.blueprint import pages

__all__ = ["authoring", "banks", "files", "learning", "overview", "pages", "playing", "quizzes", "sending"]
