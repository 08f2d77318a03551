from __future__ import annotations

from lms.web.workplace import checklist, coaches, filing, filings, matrix, plans, signing
from lms.web.workplace.blueprint import pages

__all__ = ["checklist", "coaches", "filing", "filings", "matrix", "pages", "plans", "signing"]
