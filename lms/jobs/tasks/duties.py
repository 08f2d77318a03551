"""Who stands how with what is mandatory, kept for the pages that show it."""

from __future__ import annotations

from courses.enrolment import reckoned
from lms.jobs.handlers import handler
from lms.jobs.work import Work


@handler("count_duties")
def count_duties(work: Work) -> None:
    """Reckon anew what has changed, and on a new day everything."""
    reckoned.renew(work.database.look, work.begin)
