"""Applications that nobody answers."""

from __future__ import annotations

from courses.enrolment.approvals import escalate as escalate_late
from lms.jobs.handlers import handler
from lms.jobs.work import Work


@handler("escalate")
def escalate(work: Work) -> None:
    """Every night: what waited too long may be decided by the next head above, who is told (`tell_escalations`)."""
    with work.begin(last=True) as db:
        escalate_late(db)
