"""Planning, changing, publishing and cancelling runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record, record_change
from courses.events.facts import Changed, RunCancelled, RunPublished
from courses.scheduling import clashes, entries, modes, summary
from courses.scheduling.locks import lock_run
from courses.scheduling.models import ClassSession, Period, Run, RunInstructor, RunState
from courses.scheduling.plan import RunPlan, SessionPlan
from courses.scheduling.queries import plan_of
from courses.scheduling.readiness import missing
from courses.text import Text, text

_EDITABLE = (RunState.DRAFT, RunState.PUBLISHED)
_AFRESH = {"populate_existing": True}
_OUT_OF_THE_WAY = 10_000
"""Added to the sessions' numbers before the new ones come one by one: no two may ever be the same."""


class NotReady(Refused):
    """A draft lacks something. `missing` says what."""

    def __init__(self, lacking: Sequence[Text]) -> None:
        first, others = lacking[0], len(lacking) - 1
        more = text("%(first)s, and %(n)s more", first=first, n=others)
        super().__init__(more if others else first, code="not_ready")
        self.missing = lacking


def plan(db: Session, actor_id: int | None, course: Course, wanted: RunPlan) -> Run:
    """A draft: the next run of the course in its year.

    Raises `clashes.Taken`, or `Refused` when times contradict or the course is a draft or retired.
    """
    wanted = wanted.settled()
    _require_sound(wanted)
    clashes.require_free(db, wanted, None)
    db.refresh(course, ["kind", "draft", "retired_on"], with_for_update={"key_share": True})  # nobody changes it now
    _require_offered(course, wanted)
    wanted = _with_mode(course, wanted)
    run = Run(course_id=course.id, state=RunState.DRAFT)
    _open(run, wanted)
    _date(db, run, wanted)
    db.add(run)
    db.flush()  # its sessions need the id
    _write(db, run, wanted)
    record(db, actor_id, Changed("run", run.id, {}, wanted.plain(), run_id=run.id))
    return run


def change(db: Session, actor_id: int | None, run: Run, wanted: RunPlan, *, held: Collection[int] = ()) -> None:
    """Make the run what is wanted. `held`: ids of sessions with attendance marks; they keep their times.

    The capacity of a published run is not changed here but by `courses.enrolment.allotment.change_capacity`.
    """
    lock_run(db, run.id)
    _require(run, _EDITABLE, text("A run that is closed or cancelled stays as it is"))
    before, wanted = plan_of(db, run), _with_mode(db.get_one(Course, run.course_id), wanted.settled())
    if run.state is not RunState.DRAFT:
        _require_kept(run, wanted)
        wanted = replace(wanted, capacity=before.capacity)
    _require_sound(wanted)
    _require_held(before, wanted, held)
    clashes.require_free(db, wanted, run.id)
    _open(run, wanted)
    _date(db, run, wanted)
    _write(db, run, wanted)
    record_change(db, actor_id, "run", run.id, before.plain(), wanted.plain(), run_id=run.id)
    entries.reschedule(db, actor_id, run)


def publish(db: Session, actor_id: int | None, run: Run, *, policy: str = "plain 1", also: Sequence[Text] = ()) -> None:
    """Open it to everybody, under this version of a completion policy. Raises `NotReady` with what is missing.

    `also`: as in `readiness.missing`.
    """
    lock_run(db, run.id)
    _require(run, (RunState.DRAFT,), text("Only a draft can be published"))
    planned = plan_of(db, run)
    course = db.get_one(Course, run.course_id)
    lacking = missing(db, course, planned, also)
    if lacking:
        raise NotReady(lacking)
    clashes.require_free(db, planned, run.id)
    run.state, run.published_at, run.policy, run.scored = RunState.PUBLISHED, clock.now(), policy, course.scored
    db.flush()
    entries.refresh(db, run)
    record(db, actor_id, RunPublished(run.id, policy))


def cancel(db: Session, actor_id: int | None, run: Run, reason: str, *, instead: int | None = None) -> None:
    """It will not take place (폐강). Those in it are freed before, by `courses.enrolment.cancellation.cancel_run`.

    `instead`: id of a run that they are shown.
    """
    lock_run(db, run.id)
    _require(run, _EDITABLE, text("A run that is closed or cancelled stays as it is"))
    reason = require_reason(reason, text("Give a reason: it is kept with the cancellation"), way_out=_to(run))
    run.state = RunState.CANCELLED
    db.flush()
    entries.refresh(db, run)
    record(db, actor_id, RunCancelled(run.id, reason, instead))


def _open(run: Run, wanted: RunPlan) -> None:
    """How many places there are, and how they are given out."""
    assert wanted.mode, "settled by now"
    run.capacity, run.minimum, run.offer_hours = wanted.capacity, wanted.minimum, wanted.offer_hours
    run.mode, run.quota_depth = wanted.mode, wanted.quota_depth


def _with_mode(course: Course, wanted: RunPlan) -> RunPlan:
    return replace(wanted, mode=modes.settled(course.kind, wanted.capacity, wanted.mode))


def _require_kept(run: Run, wanted: RunPlan) -> None:
    """What a published run promised: its mode; seats and a last day to apply where people are selected or drawn."""
    assert wanted.mode
    modes.require_unannounced(run, wanted.mode)
    if wanted.capacity is None and wanted.mode in modes.COUNTED:
        raise Refused(text("A selection or a draw needs a number of people"), code="capacity", way_out=_to(run))
    if run.apply_until and wanted.apply_until is None and wanted.mode in modes.COUNTED:
        raise Refused(text("Set from when until when applications are taken"), code="window", way_out=_to(run))


def _require_offered(course: Course, wanted: RunPlan) -> None:
    if course.draft:
        raise Refused(text("The course is a draft: publish it before you plan a run"), code="course_draft")
    if course.retired_on:
        raise Refused(text("The course is no longer offered: take it back before you plan a run"), code="retired")
    if course.kind is Kind.CYBER and wanted.sessions:
        raise Refused(text("The course is a cyber course now: plan a run without sessions"), code="kind")


def _require(run: Run, states: Collection[RunState], otherwise: Text) -> None:
    if run.state not in states:
        raise Refused(otherwise, code="wrong_state", way_out=_to(run))


def _to(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)


def _require_sound(wanted: RunPlan) -> None:
    """Times that cannot be: backwards, twice at once, no seats."""
    if wanted.ends_on < wanted.starts_on:
        raise Refused(text("The run ends before it starts"), code="dates")
    if wanted.capacity is not None and wanted.capacity < 1:
        raise Refused(text("A run needs at least one seat"), code="capacity")
    if wanted.minimum and wanted.capacity is not None and wanted.minimum > wanted.capacity:
        raise Refused(text("The least number of people is more than can take part"), code="minimum")
    for number, session in enumerate(wanted.sessions, 1):
        _require_order(number, session)
        if number > 1 and wanted.sessions[number - 2].ends_at > session.starts_at:
            raise Refused(text("Sessions %(one)s and %(other)s overlap", one=number - 1, other=number), code="times")


def _require_order(number: int, session: SessionPlan) -> None:
    last = None
    for period in session.periods:
        if period.ends_at <= period.starts_at or (last and period.starts_at < last):
            message = text("The periods of session %(n)s overlap or end before they start", n=number)
            raise Refused(message, code="times")
        last = period.ends_at


def _require_held(before: RunPlan, wanted: RunPlan, held: Collection[int]) -> None:
    """Marks are counted by the minutes of their session: such a session is neither removed nor moved."""
    kept = {session.id: session.times for session in wanted.sessions}
    for number, session in enumerate(before.sessions, 1):
        if session.id in held and kept.get(session.id) != session.times:
            raise Refused(
                text("Session %(n)s has attendance marks: it cannot be removed or moved", n=number), code="marked"
            )


def _date(db: Session, run: Run, wanted: RunPlan) -> None:
    """Days and window; the number is the next one of the year in which the run starts, and kept within that year."""
    run.starts_on, run.ends_on = wanted.starts_on, wanted.ends_on
    run.apply_from, run.apply_until, run.cancel_until = wanted.apply_from, wanted.apply_until, wanted.cancel_until
    run.venue = wanted.venue
    year = wanted.starts_on.year
    if run.year == year:
        return
    with db.no_autoflush:  # a new run has no number yet
        db.execute(select(Course.id).where(Course.id == run.course_id).with_for_update(key_share=True))
        last = db.scalar(select(func.max(Run.number)).where(Run.course_id == run.course_id, Run.year == year))
    run.year, run.number = year, (last or 0) + 1


def _write(db: Session, run: Run, wanted: RunPlan) -> None:
    """Sessions, periods and instructors as wanted, and the summary of them."""
    stored = _make_way(db, run, [session.id for session in wanted.sessions if session.id])
    for number, session in enumerate(wanted.sessions, 1):
        _write_session(db, stored.get(session.id or 0) or ClassSession(run_id=run.id), number, session)
    _write_instructors(db, run, wanted.instructor_ids)
    db.flush()
    db.expire(run, ["sessions"])
    summary.refresh(db, run)
    db.flush()


def _make_way(db: Session, run: Run, kept: Sequence[int]) -> dict[int, ClassSession]:
    """Remove all periods and the sessions that are not kept; returns those that are, with numbers nobody wants."""
    db.flush()
    mine = ClassSession.run_id == run.id
    for statement in (
        delete(Period).where(Period.session_id.in_(select(ClassSession.id).where(mine))),
        delete(ClassSession).where(mine, ClassSession.id.not_in(kept)),
        update(ClassSession).where(mine).values(number=ClassSession.number + _OUT_OF_THE_WAY),
    ):
        db.execute(statement, execution_options={"synchronize_session": "fetch"})
    return {row.id: row for row in db.scalars(select(ClassSession).where(mine), execution_options=_AFRESH)}


def _write_session(db: Session, row: ClassSession, number: int, session: SessionPlan) -> None:
    row.number, row.room_id = number, session.room_id
    row.starts_at, row.ends_at = session.starts_at, session.ends_at
    db.add(row)
    db.flush()  # the periods need its id
    db.add_all(
        Period(
            session_id=row.id,
            number=n,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            subject=period.subject,
            instructor_id=period.instructor_id,
        )
        for n, period in enumerate(session.periods, 1)
    )
    db.flush()
    db.expire(row, ["room", "periods"])


def _write_instructors(db: Session, run: Run, person_ids: Sequence[int]) -> None:
    stored = {row.person_id: row for row in db.scalars(select(RunInstructor).where(RunInstructor.run_id == run.id))}
    for person_id in set(stored) - set(person_ids):
        db.delete(stored[person_id])
    for position, person_id in enumerate(person_ids):
        row = stored.get(person_id) or RunInstructor(run_id=run.id, person_id=person_id)
        row.position = position
        db.add(row)
