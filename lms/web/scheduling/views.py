"""All pages of the word: each module registers its own."""

from __future__ import annotations

from lms.web.scheduling import (
    areas,
    closed_days,
    copies,
    course,
    courses,
    leaving_out,
    making,
    moving,
    roster,
    runs,
    stopping,
    timetable,
)
from lms.web.scheduling.blueprint import pages

__all__ = [
    "areas",
    "closed_days",
    "copies",
    "course",
    "courses",
    "leaving_out",
    "making",
    "moving",
    "pages",
    "roster",
    "runs",
    "stopping",
    "timetable",
]
