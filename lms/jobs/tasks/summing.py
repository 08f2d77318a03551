"""What is summed up of closed years for reports, made anew where it is no longer right."""

from __future__ import annotations

from typing import Any

from courses.reporting import summing
from lms.jobs.handlers import handler
from lms.jobs.work import Work


@handler("sum_up")
def sum_up(work: Work, facts: list[dict[str, Any]] | None = None) -> None:
    """Every stale year (usually the one in which a run was closed), each in a short transaction of its own."""
    with work.database.look() as db:
        years = summing.stale(db)
    for done, year in enumerate(years):
        with work.database.look() as db:
            rows = summing.made(db, year)
        with work.begin() as db:
            summing.keep(db, year, rows)
            work.progress(done + 1, len(years))
