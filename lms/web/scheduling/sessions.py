"""One session of a run: found, held, and changed in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.attendance.excusing import release
from courses.attendance.queries import marked_sessions
from courses.enrolment import rescheduling
from courses.errors import Refused
from courses.permissions import Permission, visible
from courses.scheduling import moving, queries
from courses.scheduling.clashes import Taken
from courses.scheduling.models import ClassSession, Run, RunState
from courses.scheduling.plan import RunPlan, SessionPlan
from lms import db as doors
from lms.auth.guard import acting, me
from lms.web.answers import found
from lms.web.enrolment.queues import look_again
from lms.web.scheduling.words import reasons


@dataclass(frozen=True)
class Planned:
    """A session in its run's plan; `number` counts from 1, `marked` says that it has attendance marks."""

    run: Run
    plan: RunPlan
    session: SessionPlan
    number: int
    marked: bool

    @property
    def can_change(self) -> bool:
        """Whether it may still be moved or left out."""
        return not self.marked and self.run.state in (RunState.DRAFT, RunState.PUBLISHED)


def planned(session_id: int) -> Planned:
    """The session as it is now; 404 when there is none."""
    db, run = doors.looking(), _run(session_id)
    plan = queries.plan_of(db, run)
    session = moving.session_of(plan, session_id)
    return Planned(run, plan, session, plan.sessions.index(session) + 1, session_id in marked_sessions(db, run.id))


Change = Callable[[Any, int, Planned], tuple[list[int], list[int]]]


def changed(
    session_id: int, change: Change, *, room_id: int | None = None, person_id: int | None = None
) -> Refused | None:
    """Do `change(db, actor's id, the session as it is now)` while its run is held; why not, where it is refused.

    `room_id`, `person_id`: who and what else is held, since it is to be booked.
    """
    db, actor = acting()
    before = planned(session_id)
    try:
        rescheduling.hold(db, before.run, _with(before.plan, room_id, person_id))
        db.expire_all()  # what was read before others had to wait
        lost, freed = change(db, actor.id, planned(session_id))
        release(db, actor.id, before.run.id)
    except Refused as refused:
        doors.release()
        return refused
    doors.commit()
    look_again([*lost, *freed])
    return None


def linked(refused: Refused) -> list[tuple[str, str | None]]:
    """Everything a refusal has to say, with the address of the run that is in the way."""
    if isinstance(refused, Taken):
        urls = [url_for("scheduling.show", run_id=clash.booking.run_id) for clash in refused.clashes]
        return list(zip(reasons(refused), urls, strict=True))
    return [(said, None) for said in reasons(refused)]


def _run(session_id: int) -> Run:
    of_session = select(Run).join(ClassSession, ClassSession.run_id == Run.id).where(ClassSession.id == session_id)
    return found(of_session.where(visible(me(), Run, Permission.PLAN)).options(joinedload(Run.course)))


def _with(plan: RunPlan, room_id: int | None, person_id: int | None) -> RunPlan:
    rooms = (replace(plan.sessions[0], room_id=room_id),) if room_id else ()
    people = (person_id,) if person_id else ()
    return replace(plan, sessions=(*plan.sessions, *rooms), instructor_ids=(*plan.instructor_ids, *people))
