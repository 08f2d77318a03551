"""Whether all that must hold of enrolments holds: seats are rows, nobody waits for a free seat, no history lies.

The program keeps all of it; what is found was changed past it, or is a fault of it. Each check is a statement, or (in
`trails`) a walk along the events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, quotas, seats, trails
from courses.enrolment.findings import Finding
from courses.enrolment.models import Draw, Enrolment, Quota, Status
from courses.enrolment.states import ENDED, SEATED
from courses.events.models import Event
from courses.people.models import OrgUnit
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.models import Setting
from courses.text import Text, text

Check = Callable[[Session, int | None], Iterator[Finding]]

KEPT = 200
"""Findings that are kept of an audit, beside how many there were."""
_GRACE = timedelta(hours=1)
"""Offers end by a job, which may have to wait for its turn."""
_NAME = "enrolment_audit"


def findings(db: Session, run_id: int | None = None) -> Iterator[Finding]:
    """Everything that does not hold, of a run or (None) of all. `db` should see one moment (`one_moment`)."""
    for check in CHECKS:
        yield from check(db, run_id)


def one_moment(db: Session) -> None:
    """Let all statements of a session that has not begun see the same moment; SQLite's always do."""
    if db.get_bind().dialect.name == "postgresql" and not db.in_transaction():
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def size(db: Session) -> dict[str, int]:
    """How much there is to look at: runs, enrolments, events."""
    things = {"runs": Run.id, "enrolments": Enrolment.id, "events": Event.id}
    return {name: db.scalar(select(func.count(column))) or 0 for name, column in things.items()}


def keep(db: Session, found: list[Finding], number: int, looked_at: dict[str, int]) -> None:
    """Remember the outcome of an audit of everything, in place of the last one."""
    value = {"at": clock.now().isoformat(), "number": number, "findings": [one.to_json() for one in found[:KEPT]]}
    db.merge(Setting(name=_NAME, value=value | looked_at))
    db.flush()


def last(db: Session) -> dict[str, Any] | None:
    """What `keep` kept: at (ISO 8601), number, findings (`Finding.to_json`), runs, enrolments, events; or None."""
    kept = db.get(Setting, _NAME)
    return kept.value if kept else None


def _of(run_id: int | None) -> ColumnElement[bool]:
    return true() if run_id is None else Run.id == run_id


_PAST = text("Something changed the database past the program: correct it there, or restore a backup")


def counts(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Seats of a run are its rows, and no more than there are."""
    rows = select(Enrolment.run_id, func.count().label("n")).where(Enrolment.status.in_(SEATED))
    counted = rows.group_by(Enrolment.run_id).subquery()
    seated = func.coalesce(counted.c.n, 0)
    runs = select(Run.id, Run.taken, Run.capacity, seated.label("seated")).outerjoin(
        counted, counted.c.run_id == Run.id
    )
    for row in db.execute(runs.where(_of(run_id), or_(Run.taken != seated, Run.taken > Run.capacity)).order_by(Run.id)):
        if row.taken != row.seated:
            message = text("%(taken)s seats are counted, %(seated)s are taken", taken=row.taken, seated=row.seated)
            yield Finding("taken", row.id, None, message, text("Correct the count to %(n)s", n=row.seated))
        if row.capacity is not None and row.taken > row.capacity:
            message = text("%(taken)s seats of %(capacity)s are taken", taken=row.taken, capacity=row.capacity)
            yield Finding("oversold", row.id, None, message, text("Raise the capacity, or withdraw people"))


def quota_counts(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Seats counted for a unit are its rows, and no more than it may have."""
    rows = select(Enrolment.run_id, Enrolment.quota_unit_id, func.count().label("n"))
    rows = rows.where(Enrolment.status.in_(SEATED), Enrolment.quota_unit_id.is_not(None))
    counted = rows.group_by(Enrolment.run_id, Enrolment.quota_unit_id).subquery()
    seated = func.coalesce(counted.c.n, 0)
    joined = and_(counted.c.run_id == Quota.run_id, counted.c.quota_unit_id == Quota.unit_id)
    held = select(Quota.run_id, OrgUnit.name, Quota.taken, Quota.cap, seated.label("seated"))
    held = held.join(OrgUnit, OrgUnit.id == Quota.unit_id).join(Run, Run.id == Quota.run_id).outerjoin(counted, joined)
    wrong = or_(Quota.taken != seated, Quota.taken > Quota.cap)
    for row in db.execute(held.where(_of(run_id), wrong).order_by(Quota.run_id, Quota.unit_id)):
        said: dict[str, object] = {"unit": row.name, "taken": row.taken}
        if row.taken != row.seated:
            message = text("%(taken)s seats are counted for %(unit)s, %(seated)s are taken", seated=row.seated, **said)
            yield Finding("quota_taken", row.run_id, None, message, text("Correct the count to %(n)s", n=row.seated))
        if row.cap is not None and row.taken > row.cap:
            message = text("%(unit)s has %(taken)s seats and may have %(cap)s", cap=row.cap, **said)
            yield Finding("quota_cap", row.run_id, None, message, text("Allow the unit more seats, or withdraw people"))


def quota_places(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Floors leave room for what is held, and only seats count for a unit, one that has a quota."""
    unmet = func.sum(case((Quota.floor > Quota.taken, Quota.floor - Quota.taken), else_=0))
    held = select(Run.id, Run.taken, Run.capacity, unmet.label("unmet")).join(Quota, Quota.run_id == Run.id)
    held = held.where(_of(run_id), Run.state == RunState.PUBLISHED).group_by(Run.id, Run.taken, Run.capacity)
    for row in db.execute(held.having(unmet > 0, Run.taken + unmet > Run.capacity).order_by(Run.id)):
        message = text(
            "%(held)s more seats are held for units than are free", held=row.taken + row.unmet - row.capacity
        )
        yield Finding("quota_held", row.id, None, message, text("Hold fewer seats for units, or raise the capacity"))
    own = and_(Quota.run_id == Enrolment.run_id, Quota.unit_id == Enrolment.quota_unit_id)
    stray = select(Enrolment.id, Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).outerjoin(Quota, own)
    stray = stray.where(_of(run_id), Enrolment.quota_unit_id.is_not(None))
    stray = stray.where(or_(Enrolment.status.not_in(SEATED), Quota.run_id.is_(None)))
    yield from _each(db, stray, "quota_stray", text("It counts for a unit that holds no seats for it"))


def numbers(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Who waits has a number that was drawn, alone."""
    waits = Enrolment.status == Status.WAITLISTED
    wrong = select(Enrolment.id, Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).where(_of(run_id))
    none = wrong.where(waits, Enrolment.queue_no.is_(None))
    yield from _each(db, none, "number_missing", text("Waits without a number in the queue"))
    idle = wrong.where(~waits, Enrolment.queue_no.is_not(None))
    yield from _each(db, idle, "number_idle", text("Has a number in the queue without waiting"))
    drawn = wrong.where(waits, func.abs(Enrolment.queue_no) > Run.queue_last)
    yield from _each(db, drawn, "number_undrawn", text("Waits with a number that was never drawn"))
    twice = select(Enrolment.run_id, Enrolment.queue_no).join(Run, Run.id == Enrolment.run_id).where(_of(run_id), waits)
    twice = twice.where(Enrolment.queue_no.is_not(None)).group_by(Enrolment.run_id, Enrolment.queue_no)
    for row in db.execute(twice.having(func.count() > 1).order_by(Enrolment.run_id, Enrolment.queue_no)):
        message = text("Several wait with the number %(n)s", n=row.queue_no)
        yield Finding("number_twice", row.run_id, None, message, _PAST)


def waiting(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Nobody waits for a seat that they may have: asked of everybody in a queue beside free seats."""
    waits = select(Run).join(Enrolment, Enrolment.run_id == Run.id).distinct().order_by(Run.id)
    waits = waits.where(_of(run_id), Run.state == RunState.PUBLISHED, Enrolment.status == Status.WAITLISTED)
    for run in db.scalars(waits.where(seats.free())).all():
        if not eligibility.begun(run, clock.today()):
            yield from _who_may(db, run)


def _who_may(db: Session, run: Run) -> Iterator[Finding]:
    queue = select(Enrolment.id, Enrolment.person_id).where(Enrolment.run_id == run.id)
    rows = db.execute(queue.where(Enrolment.status == Status.WAITLISTED).order_by(Enrolment.queue_no)).all()
    held = quotas.standing(db, run.id)
    units = quotas.units_for(db, run, [row.person_id for row in rows]) if held else {}
    for row in rows:
        fits = quotas.fits(held, units.get(row.person_id), run.capacity, run.taken)
        if fits and eligibility.obstacle(db, run, row.person_id) is None:
            message = text("Waits although a seat is free")
            remedy = text("The work of the night gives the seat: see whether “promote” ends well")
            yield Finding("waits", run.id, row.id, message, remedy)


def offers(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Offers have an end, and end with it; nothing else has one."""
    offered = Enrolment.status == Status.OFFERED
    wrong = select(Enrolment.id, Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).where(_of(run_id))
    over = wrong.where(offered, Run.state == RunState.PUBLISHED, Enrolment.offered_until < clock.now() - _GRACE)
    remedy = text("Background work ends offers: see whether “expire_offers” ends well")
    yield from _each(db, over, "offer_over", text("The offer is over and was not ended"), remedy)
    endless = wrong.where(offered != Enrolment.offered_until.is_not(None))
    yield from _each(db, endless, "offer_end", text("An offer without an end, or an end without an offer"))


def outcomes(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Only who has a seat has an outcome, nobody waits in a run that is over or cancelled, a draw leaves nobody out."""
    wrong = select(Enrolment.id, Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).where(_of(run_id))
    ended = wrong.where(Enrolment.outcome.is_not(None), Enrolment.status != Status.ENROLLED)
    yield from _each(db, ended, "outcome", text("Has an outcome without a seat"))
    cancelled = wrong.where(Run.state == RunState.CANCELLED, Enrolment.status.not_in(ENDED))
    yield from _each(db, cancelled, "cancelled", text("Has a place in a run that was cancelled"))
    closed = wrong.where(Run.state == RunState.CLOSED, Enrolment.status.not_in([Status.ENROLLED, *ENDED]))
    yield from _each(db, closed, "closed", text("Still waits for something in a run that is closed"))
    drawn = wrong.join(Draw, Draw.run_id == Run.id).where(Draw.drawn_at.is_not(None), Run.state == RunState.PUBLISHED)
    left = drawn.where(Run.mode == Mode.DRAW, Enrolment.status == Status.APPLIED)
    yield from _each(db, left, "undrawn", text("Applied for a place in a draw that was held without it"))


def _each(db: Session, wrong: Select[int, int], code: str, message: Text, remedy: Text = _PAST) -> Iterator[Finding]:
    for row in db.execute(wrong.order_by(Enrolment.run_id, Enrolment.id)):
        yield Finding(code, row.run_id, row.id, message, remedy)


CHECKS: tuple[Check, ...] = (
    counts, quota_counts, quota_places, numbers, waiting, offers, outcomes, trails.histories,
)  # fmt: skip
"""In the order in which they are made; the last one takes longest."""
