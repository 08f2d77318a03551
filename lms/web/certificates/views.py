"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.certificates import delivery, issuing, printing, publishing, registers, revising, sharing, verifying
from lms.web.certificates.blueprint import pages

__all__ = ["delivery", "issuing", "pages", "printing", "publishing", "registers", "revising", "sharing", "verifying"]
