"""Changing a run in which people have seats: nobody may end up in two places at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY
from courses.enrolment import allotment, draws, quotas
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import seated
from courses.enrolment.states import ENDED, SEATED, UNDER_WAY
from courses.errors import Conflict, Refused, WayOut
from courses.people.models import Person
from courses.scheduling import actions as scheduling
from courses.scheduling import locks, modes, moving
from courses.scheduling.free import Span
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import plan_of
from courses.text import Text, text


class WouldClash(Refused):
    """People with a seat would be in two places at once. `people` says who, a line each."""

    def __init__(self, people: Sequence[Text]) -> None:
        first, others = people[0], len(people) - 1
        more = text("%(first)s, and %(n)s more", first=first, n=others)
        super().__init__(more if others else first, code="would_clash")
        self.people = people


def hold(db: Session, run: Run, wanted: RunPlan) -> None:
    """Lock whom `reschedule` may concern, then the run. Comes first, so that marks are looked at when it is held.

    Who got a seat in between is locked without waiting: the door then runs all of it again.
    """
    people = {*seated(db, run.id), *wanted.settled().instructor_ids}
    locks.lock_people(db, people)
    locks.lock_rooms(db, {session.room_id for session in wanted.sessions if session.room_id})
    locks.lock_run(db, run.id)
    locks.lock_people(db, set(seated(db, run.id)) - people, nowait=True)


def reschedule(
    db: Session, actor_id: int | None, run: Run, wanted: RunPlan, *, held: Collection[int] = (), seen: str = ""
) -> tuple[list[int], list[int]]:
    """Make the held run what is wanted, and promote who waits for it. Follow it with `waitlist.reconsider`.

    Returns the persons who lost their seat, and those whose time is another one now. `held`: as in
    `scheduling.actions.change`. `seen`: the mark (`RunPlan.mark`) of the plan that was changed; `Conflict` when it is
    another one by now. Raises `WouldClash`, and what `change` and `change_capacity` raise.
    """
    if seen and plan_of(db, run).mark != seen:
        raise _overtaken(run)
    _require_same_level(db, run, wanted)
    before, mode = _times(db, run), run.mode
    scheduling.change(db, actor_id, run, wanted, held=held)
    if run.mode is not mode:
        _require_nobody_applied(db, run)
    if run.state is not RunState.PUBLISHED:
        return [], []
    _require_learners(db, run)
    draws.announce(db, actor_id, run)  # places may be drawn only now
    after = _times(db, run)
    _require_nobody_twice(db, run, [id_ for id_, times in after.items() if before.get(id_) != times])
    moved = allotment.change_capacity(db, actor_id, run, wanted.capacity)
    return [one.person_id for one in moved], [] if after == before else seated(db, run.id)


def move(
    db: Session,
    actor_id: int | None,
    run: Run,
    session_id: int,
    starts_at: datetime,
    room_id: int | None,
    *,
    held: Collection[int] = (),
) -> tuple[list[int], list[int]]:
    """Let one session of the held run begin at another moment, as long as before, in this room; as `reschedule`.

    What is ahead does not go where time has passed.
    """
    before = plan_of(db, run)
    session = moving.session_of(before, session_id)
    if starts_at < clock.now() <= session.starts_at:
        raise Refused(text("That time is over already"), code="past")
    moved = replace(moving.shifted(session, starts_at), room_id=room_id)
    if clock.local(moved.ends_at).date() != moved.day:
        raise Refused(text("The session would go on after midnight: choose an earlier time"), code="midnight")
    return reschedule(db, actor_id, run, moving.with_session(before, moved), held=held)


def leave_out(
    db: Session, actor_id: int | None, run: Run, session_id: int, *, agreed: bool = False, held: Collection[int] = ()
) -> tuple[list[int], list[int]]:
    """Take one session out of the held run; as `reschedule`. `agreed`: also when fewer hours are left than credited."""
    before = plan_of(db, run)
    wanted = moving.without_session(before, session_id)
    if not wanted.sessions:
        message = text("It is the only session: cancel the run instead")
        raise Refused(message, code="only_session", way_out=WayOut("run", text("Look at the run"), run.id))
    left, needed = moving.minutes_of(wanted), db.get_one(Course, run.course_id).minutes
    if left < needed and not agreed:
        raise Refused(
            text("The run falls to %(left)s of %(needed)s hours", left=left // 60, needed=needed // 60),
            code="too_short",
        )
    return reschedule(db, actor_id, run, wanted, held=held)


def substitute(
    db: Session, actor_id: int | None, run: Run, gone: int, instead: int, session_id: int | None = None
) -> tuple[list[int], list[int]]:
    """Let somebody else teach one session of the held run, or (None) all of it; as `reschedule`."""
    before = plan_of(db, run)
    only = None if session_id is None else [session_id]
    try:
        wanted = moving.substituted(before, gone, instead, only)
    except ValueError:
        message = text("Several instructors teach its periods together: say on the run's page who teaches which")
        raise Refused(message, code="together") from None
    return reschedule(db, actor_id, run, wanted)


def away(db: Session, run: Run, since: datetime) -> list[Span]:
    """When people with a seat in the run are in another one, from a moment on, in order."""
    rows = db.execute(
        select(_own.starts_at, _own.ends_at)
        .select_from(_here)
        .join(_there, and_(_there.person_id == _here.person_id, _there.run_id != _here.run_id))
        .join(Run, Run.id == _there.run_id)
        .join(_own, _own.run_id == _there.run_id)
        .where(_here.run_id == run.id, _own.ends_at > since, *_ELSEWHERE)
        .distinct()
        .order_by(_own.starts_at, _own.ends_at)
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def _overtaken(run: Run) -> Conflict:
    return Conflict(
        text("Somebody else changed this run meanwhile. Nothing was saved: open the page again to see what is new"),
        code="overtaken",
        way_out=WayOut("run", text("Look at the run"), run.id),
    )


def _require_same_level(db: Session, run: Run, wanted: RunPlan) -> None:
    if wanted.quota_depth != run.quota_depth and quotas.standing(db, run.id):
        message = text("Quotas are set for units of the level there is: take them back before you choose another one")
        raise Refused(message, code="quota_level", way_out=WayOut("run", text("Look at the run"), run.id))


def _require_nobody_applied(db: Session, run: Run) -> None:
    """Who has applied would never be decided on in another way; applications may have been open before, too."""
    applied = select(Enrolment.id).where(Enrolment.run_id == run.id, Enrolment.status.in_(UNDER_WAY))
    if db.scalar(applied.limit(1)) is not None:
        raise modes.fixed(run)


def _times(db: Session, run: Run) -> dict[int, tuple[datetime, datetime]]:
    sessions = select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at)
    rows = db.execute(sessions.where(ClassSession.run_id == run.id)).all()
    return {row.id: (row.starts_at, row.ends_at) for row in rows}


def _require_learners(db: Session, run: Run) -> None:
    """Nobody marks and scores themselves."""
    both = (
        select(Person.name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(RunInstructor, and_(RunInstructor.person_id == Person.id, RunInstructor.run_id == Enrolment.run_id))
        .where(Enrolment.run_id == run.id, Enrolment.status.not_in(ENDED))
        .order_by(Person.name)
    )
    name = db.scalar(both.limit(1))
    if name is not None:
        message = text("%(name)s takes part in this run and cannot teach it. Withdraw them first", name=name)
        raise Refused(message, code="teaches")


def _require_nobody_twice(db: Session, run: Run, moved: Sequence[int]) -> None:
    """`moved`: ids of the sessions whose times are new."""
    rows = db.execute(_TWICE, {"run_id": run.id, "session_ids": moved}).all()
    people = {row.id: row for row in reversed(rows)}  # of each the first time
    if people:
        raise WouldClash([_said(row) for row in reversed(people.values())])


def _said(row: Row[int, str, str, int, datetime]) -> Text:
    return text(
        "%(name)s is in ‘%(title)s’, run %(run)s, at that time (%(when)s)",
        name=row.name,
        title=row.title,
        run=row.number,
        when=row.starts_at,
    )


_here, _there = aliased(Enrolment), aliased(Enrolment)
_shown, _own = aliased(ClassSession), aliased(ClassSession)
_ELSEWHERE = (
    _here.status.in_(SEATED),
    _there.status.in_(SEATED),
    _there.outcome.is_(None),
    Run.state == RunState.PUBLISHED,
)
"""SQL: seats both here and in a run that is still to be held."""
_TWICE = (
    select(Person.id, Person.name, Course.title, Run.number, _own.starts_at)
    .select_from(_here)
    .join(_there, and_(_there.person_id == _here.person_id, _there.run_id != _here.run_id))
    .join(Person, Person.id == _here.person_id)
    .join(Run, Run.id == _there.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(_shown, _shown.run_id == _here.run_id)
    .join(
        _own,
        and_(_own.run_id == _there.run_id, _own.starts_at < _shown.ends_at, _shown.starts_at < _own.ends_at),
    )
    .where(
        _here.run_id == bindparam("run_id", type_=KEY),
        _shown.id.in_(bindparam("session_ids", expanding=True)),
        *_ELSEWHERE,
    )
    .order_by(Person.name, Person.id, _own.starts_at)
)
"""SQL: who has a seat in `:run_id` and another one at the time of one of `:session_ids`, by name and time."""
