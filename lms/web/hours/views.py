from __future__ import annotations

from lms.web.hours import deciding, mine, outside, settings, standing
from lms.web.hours.blueprint import pages

__all__ = ["deciding", "mine", "outside", "pages", "settings", "standing"]
