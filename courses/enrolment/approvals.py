"""The head's step in a selection run: what waits for whom, approving, returning, recalling, sending again.

Whoever may decide is reckoned anew from today's postings, heads, deputies and leave (`approvers`), so that a transfer
in between leads the application to the head of the unit of today.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment import approvers, eligibility
from courses.enrolment.approvers import Approvers, Turn, officers, once, overdue_before
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_all, move_to, status_text
from courses.errors import REASON, Refused, WayOut, require_reason, without_number
from courses.events.actions import kind_of, record_all, record_change
from courses.events.facts import Escalated
from courses.events.models import Event
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.organisation import Organisation
from courses.text import text

MOST = 200
"""How many applications are shown at once, those that wait longest first."""

Refusals = list[tuple[int, Refused]]
"""Of a bulk action: the enrolments that it left as they were, each with the reason."""


class Waiting(NamedTuple):
    """An application that waits for a decision; `since` it was sent, `overdue` when the next head above may decide too.

    `unit` is the applicant's of today ('' for none), `at` the unit whose head's turn it is ('' where only an officer is
    left).
    """

    id: int
    run_id: int
    title: str
    number: int
    starts_on: date
    ends_on: date
    person_id: int
    name: str
    employee_no: str | None
    grade: str
    unit: str
    motive: str
    since: datetime
    overdue: bool
    at: str


def waiting(
    db: Session,
    actor: Actor,
    rules: Organisation | None = None,
    *,
    everything: bool = False,
    most: int = MOST,
    above: Approvers | None = None,
) -> list[Waiting]:
    """What it is the person's turn to decide on, by run and then in official order; `everything`: all there is, for a
    training officer. In three statements, however many, where the `rules` are at hand; `above`: what lists share.
    """
    officer = everything and Role.OFFICER in actor.roles
    headed = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    if not (officer or headed):
        return []
    asked = {"today": clock.today(), "actor_id": actor.id}
    mine = rows(db, _OF_ALL, asked | {"most": most}) if officer else rows(db, _OF_UNITS, asked | {"unit_ids": headed})
    shown = approvers.of_actor(db, actor.id, mine, rules, everything=officer, above=above)
    return [Waiting._make((*row[:-1], overdue, at)) for row, overdue, at in shown[:most]]


def approve(db: Session, actor_id: int, ids: Collection[int]) -> Refusals:
    """Approve those that the person may and that still wait; returns the others, each with its reason."""
    good, refused = _decidable(db, actor_id, ids)
    for enrolment in good:
        enrolment.approved_at = clock.now()
    move_all(db, actor_id, good, Status.APPROVED)
    return refused


def return_to(db: Session, actor_id: int, ids: Collection[int], reason: str) -> Refusals:
    """Give them back for correction, with a reason that the applicants read; as `approve` in the rest."""
    missing = text("Give a reason: the applicant reads it and can correct the application")
    reason = require_reason(reason, missing)
    good, refused = _decidable(db, actor_id, ids)
    for enrolment in good:
        move_to(db, actor_id, enrolment, Status.RETURNED, reason=reason)
    return refused


def recall(db: Session, actor_id: int, enrolment_id: int) -> Enrolment:
    """Take one's own application back before anybody has decided on it. It is withdrawn, and can be made anew."""
    (enrolment,) = _held(db, [enrolment_id])
    _require_own(enrolment, actor_id)
    if enrolment.status not in (Status.APPLIED, Status.RETURNED):
        raise _decided(enrolment, WayOut("my_learning", text("See my learning")))
    move_to(db, actor_id, enrolment, Status.WITHDRAWN)
    return enrolment


def reapply(db: Session, actor_id: int, enrolment_id: int, motive: str) -> Enrolment:
    """Send one's own returned application again, with what it now says, also after applications have closed."""
    (enrolment,) = _held(db, [enrolment_id])
    _require_own(enrolment, actor_id)
    if enrolment.status is not Status.RETURNED:
        raise _decided(enrolment, _look_at(enrolment))
    if refused := _over(enrolment) or eligibility.obstacle(db, enrolment.run, actor_id):
        raise refused
    before = enrolment.motive
    enrolment.motive = without_number(motive.strip(), text("Motive"))[:REASON]
    changed = {"before": {"motive": before}, "after": {"motive": enrolment.motive}}
    record_change(db, actor_id, "enrolment", enrolment.id, **changed, run_id=enrolment.run_id, person_id=actor_id)
    move_to(db, actor_id, enrolment, Status.APPLIED)
    return enrolment


def turns(db: Session, ids: Collection[int]) -> list[Turn]:
    """Whose turn each application is that still waits. Where nobody is left it is the training officers'."""
    return approvers.turns(db, rows(db, _OF_IDS, {"ids": list(ids), "today": clock.today()})) if ids else []


def escalate(db: Session) -> int:
    """Write down, once for each, which applications have waited so long that the next head above may decide too."""
    said = select(Event.id).where(
        Event.kind == kind_of(Escalated),
        Event.run_id == Enrolment.run_id,
        Event.person_id == Enrolment.person_id,
        Event.at > Enrolment.moved_at,
    )
    late = db.execute(_WAITING.where(Enrolment.moved_at < overdue_before(db), ~said.exists()), {"today": clock.today()})
    found = {row.id: row for row in once(late)}
    facts = [
        Escalated(turn.id, found[turn.id].run_id, found[turn.id].person_id, turn.unit_id)
        for turn in turns(db, found)
        if turn.unit_id is not None
    ]
    record_all(db, None, facts)
    return len(facts)


def _decidable(db: Session, actor_id: int, ids: Collection[int]) -> tuple[list[Enrolment], Refusals]:
    """Those that the person may decide on now, and why not the others. They are held until the transaction ends."""
    held = _held(db, ids)
    people = {turn.id: turn.people for turn in turns(db, [enrolment.id for enrolment in held])}
    officer = bool(officers(db, [actor_id]))
    reasons = {
        enrolment.id: _obstacle(enrolment, actor_id, may=officer or actor_id in people.get(enrolment.id, ()))
        for enrolment in held
    }
    refused = [(id_, reason) for id_, reason in reasons.items() if reason]
    return [enrolment for enrolment in held if not reasons[enrolment.id]], refused


def _held(db: Session, ids: Collection[int]) -> list[Enrolment]:
    """Persons first, then runs, by ascending id; what is read afterwards stays as it is."""
    chosen = Enrolment.id.in_(ids)
    found = db.execute(select(Enrolment.person_id, Enrolment.run_id).where(chosen)).all()
    locks.lock_people(db, {row.person_id for row in found})
    for run_id in sorted({row.run_id for row in found}):
        locks.lock_run(db, run_id)
    whole = select(Enrolment).options(joinedload(Enrolment.person), joinedload(Enrolment.run)).where(chosen)
    return list(db.scalars(whole.order_by(Enrolment.id), execution_options={"populate_existing": True}))


def _obstacle(enrolment: Enrolment, actor_id: int, *, may: bool) -> Refused | None:
    if enrolment.person_id == actor_id:
        return Refused(text("Nobody decides on their own application"), code="own", way_out=_look_at(enrolment))
    if enrolment.status is not Status.APPLIED:
        return _decided(enrolment, _look_at(enrolment))
    if not may:
        message = text("The application of %(name)s waits for somebody else", name=enrolment.person.name)
        return Refused(message, code="not_your_turn", way_out=_look_at(enrolment))
    return _over(enrolment)


def _over(enrolment: Enrolment) -> Refused | None:
    run = enrolment.run
    if run.state is not RunState.PUBLISHED or eligibility.begun(run, clock.today()):
        return Refused(text("This run has begun or is closed"), code="begun", way_out=_look_at(enrolment))
    if run.mode is not Mode.SELECTION:
        return Refused(text("This run needs no approval"), code="no_approval", way_out=_look_at(enrolment))
    return None


def _decided(enrolment: Enrolment, way_out: WayOut) -> Refused:
    message = text(
        "Decided already: the application of %(name)s is now “%(now)s”",
        name=enrolment.person.name,
        now=status_text(enrolment.status),
    )
    return Refused(message, code="decided", way_out=way_out)


def _require_own(enrolment: Enrolment, actor_id: int) -> None:
    if enrolment.person_id != actor_id:
        raise Refused(text("Only the applicant can do this"), code="not_own", way_out=_look_at(enrolment))


def _look_at(enrolment: Enrolment) -> WayOut:
    return WayOut("run", text("Look at the run"), enrolment.run_id)


_today, _unit_ids = bindparam("today", type_=Date), bindparam("unit_ids", type_=KEY, expanding=True)
_WAITING: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id,
        Enrolment.run_id,
        Course.title,
        Run.number,
        Run.starts_on,
        Run.ends_on,
        Enrolment.person_id,
        Person.name,
        Person.employee_no,
        func.coalesce(Posting.grade, "").label("grade"),
        func.coalesce(OrgUnit.path, "").label("unit"),
        Enrolment.motive,
        Enrolment.moved_at.label("since"),
        Posting.unit_id,
    )
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
    .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(
        Enrolment.status == Status.APPLIED,
        Run.state == RunState.PUBLISHED,
        Run.mode == Mode.SELECTION,
        or_(Run.starts_on > _today, and_(Run.days == 0, Run.ends_on >= _today)),
    )
    .order_by(
        Run.starts_on, Run.id, OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id,
        Posting.from_on.desc(),
    )
)  # fmt: skip
"""SQL: applications that wait for an approval, with the applicant's posting of `:today`."""
_below = select(OrgUnit.id).where(OrgUnit.id.in_(_unit_ids)).correlate(None).cte("below", recursive=True)
_child = aliased(OrgUnit)
_below = _below.union(select(_child.id).join(_below, _child.parent_id == _below.c.id))
_others = Enrolment.person_id != bindparam("actor_id", type_=KEY)
_OF_IDS = _WAITING.where(Enrolment.id.in_(bindparam("ids", type_=KEY, expanding=True)))
_OF_UNITS = _WAITING.where(_others, Posting.unit_id.in_(select(_below.c.id)))
_OF_ALL = _WAITING.where(_others).limit(bindparam("most", type_=Integer))
