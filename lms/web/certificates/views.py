"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.certificates import (
    delivery,
    designing,
    documents,
    issuing,
    printing,
    publishing,
    registers,
    revising,
    sealing,
    selecting,
    sharing,
    verifying,
)
from lms.web.certificates.blueprint import pages

__all__ = [
    "delivery",
    "designing",
    "documents",
    "issuing",
    "pages",
    "printing",
    "publishing",
    "registers",
    "revising",
    "sealing",
    "selecting",
    "sharing",
    "verifying",
]
