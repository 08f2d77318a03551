"""Offers end in time, and seats held for units that nobody uses go to who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from courses.enrolment import allotment, leaving, offering, waitlist
from courses.enrolment.models import Enrolment
from courses.scheduling import locks
from lms.jobs.handlers import handler
from lms.jobs.queue import later
from lms.jobs.work import Work


@handler("await_answers")
def await_answers(work: Work, facts: list[dict[str, Any]]) -> None:
    """Come back when these offers end."""
    with work.begin(last=True) as db:
        for run_id, until in dict.fromkeys((fact["run_id"], fact["until"]) for fact in facts):
            later(
                db, "expire_offers", key=f"offers:{run_id}:{until}", due_at=datetime.fromisoformat(until), run_id=run_id
            )


@handler("expire_offers")
def expire_offers(work: Work, run_id: int | None = None) -> None:
    """End the offers of a run, or (every night) of all, whose time is over."""
    with work.database.look() as db:
        runs = offering.overdue(db) if run_id is None else [run_id]
    for one in runs:
        with work.begin() as db:
            ended = offering.expire(db, None, one)
        _look_again(work, ended)


@handler("release_quotas")
def release_quotas(work: Work) -> None:
    """Every night: nothing is held any more for units in runs that start soon."""
    with work.database.look() as db:
        runs = allotment.releasable(db)
    for one in runs:
        with work.begin() as db:
            allotment.release(db, None, one)


@handler("withdraw_leavers")
def withdraw_leavers(work: Work) -> None:
    """Every night: who leaves gives up what lies behind that day, also what they got meanwhile."""
    with work.begin(last=True) as db:
        leaving.withdraw_leavers(db, None)


@handler("promote")
def promote(work: Work) -> None:
    """Every night: what kept somebody in a queue may be gone, by a transfer or when the database was too busy."""
    with work.database.look() as db:
        runs = waitlist.waited_for(db)
    for one in runs:
        with work.begin() as db:
            waitlist.promote(db, None, locks.lock_run(db, one))


def _look_again(work: Work, freed: Sequence[Enrolment]) -> None:
    """Queues elsewhere of those whose time is free again."""
    if freed:
        with work.begin() as db:
            waitlist.reconsider(db, None, [one.person_id for one in freed])
