"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.scheduling import courses, making, roster, runs, stopping, timetable
from lms.web.scheduling.blueprint import pages

__all__ = ["courses", "making", "pages", "roster", "runs", "stopping", "timetable"]
