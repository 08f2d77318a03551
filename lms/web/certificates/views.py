"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.certificates import issuing, registers, revising, verifying
from lms.web.certificates.blueprint import pages

__all__ = ["issuing", "pages", "registers", "revising", "verifying"]
