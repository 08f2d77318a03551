"""More people put into a run than somebody can wait for."""

from __future__ import annotations

from courses.db import in_parts
from courses.enrolment.adding import add, still_out
from courses.enrolment.eligibility import Route
from courses.text import text
from lms.jobs.handlers import handler
from lms.jobs.work import Work

ADDING = "add_people"
_AT_ONCE = 50


@handler(ADDING)
def add_people(work: Work, run_id: int, ids: list[int], clerk: bool, why: str) -> None:
    """Add them, some a transaction. Done again after a crash it goes on with those who are not in yet.

    Who was refused is found by looking at the same people again (`adding` page, `?job=`).
    """
    with work.database.look() as db:
        waiting = still_out(db, run_id, ids)
    route = Route.CLERK if clerk else Route.OFFICER
    done, parts = len(ids) - len(waiting), list(in_parts(waiting, _AT_ONCE)) or [[]]
    assert work.actor_id is not None  # only persons ask for this
    for number, part in enumerate(parts, 1):
        with work.begin(last=number == len(parts)) as db:
            added = add(db, work.actor_id, run_id, part, route, motive=why, reason="" if clerk else why)
            done += len(added.statuses)
            gone = len(ids) - len(waiting) + sum(map(len, parts[:number]))
            line = text("%(done)s added, %(left)s not", done=f"{done:,}", left=f"{gone - done:,}")
            work.progress(gone, len(ids), line)
