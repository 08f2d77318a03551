"""Attempts at quizzes with a time limit end by themselves, also when nobody comes back to them."""

from __future__ import annotations

from datetime import timedelta

from courses.content.attempts import hand_in_overdue
from lms.jobs.handlers import handler
from lms.jobs.queue import later
from lms.jobs.work import Work

HANDING_IN = "hand_in"
BREATH = timedelta(seconds=1)
"""So long after its deadline an attempt is looked at: answers may still come on the last moment."""


@handler(HANDING_IN)
def hand_in(work: Work, attempt_id: int) -> None:
    """Hand in an attempt as it was saved; later, when its quiz has been given more time."""
    with work.begin(last=True) as db:
        until = hand_in_overdue(db, attempt_id)
        if until is not None:
            later(db, HANDING_IN, due_at=until + BREATH, attempt_id=attempt_id)
