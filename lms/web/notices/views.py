"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.notices import inbox, of_run, outbox, wording, writing
from lms.web.notices.blueprint import pages

__all__ = ["inbox", "of_run", "outbox", "pages", "wording", "writing"]
