"""What somebody hears before they apply: what pressing the button does now, and on what a place then depends.

It asks the same rules as `actions.enrol`, `seats` and `selection`, so that what it says is what happens.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.db import KEY, rows
from courses.enrolment import allocation, candidates, eligibility, quotas, waitlist
from courses.enrolment.actions import takes_applications
from courses.enrolment.allocation import Share
from courses.enrolment.applicants import applicant
from courses.enrolment.approvers import Approvers
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.order import Candidate, ranked
from courses.enrolment.quotas import Standing
from courses.enrolment.states import SEATED
from courses.errors import Refused
from courses.events.actions import kind_of
from courses.events.facts import Moved
from courses.events.models import Event
from courses.scheduling.models import Mode, Run, RunState


class Then(enum.StrEnum):
    """What pressing the button does now."""

    SEAT = "seat"
    QUEUE = "queue"
    APPLICATION = "application"
    REFUSED = "refused"


class Basis(NamedTuple):
    """On what one's place in a selection depends, after the department's rank."""

    mandatory: bool
    taken: bool
    waited: bool


class Seats(NamedTuple):
    """Seats left (None: any number) in the run and, where quotas hold, for one's own `unit` ('' if it has none)."""

    run: int | None
    own: int | None
    unit: str


class CutOff(NamedTuple):
    """How the last run of the course went: of those who `applied` so many are `seated`, down to that rank or lot."""

    applied: int
    seated: int
    rank: int | None
    lot: int | None


class Present(NamedTuple):
    """How one would stand in the present list, approved now and without a rank: the `place` among `people`, and the
    `share`. `unapproved`: others whose approval is still missing.
    """

    place: int
    people: int
    share: Share
    unapproved: int


class Entrants(NamedTuple):
    """A draw so far, oneself included: so many `people`; `sure`: whatever the lots, there is a seat for oneself."""

    people: int
    sure: bool


class SeatAnswer(NamedTuple):
    """What pressing the button does now. `refused`: why not, with the way out; `place`: the number in the queue,
    counted from 1; `retake`: a motive is needed, and assumed here.
    """

    mode: Mode
    then: Then
    refused: Refused | None
    retake: bool
    place: int | None
    seats: Seats


class Grounds(NamedTuple):
    """On what a place then depends. `approver`: the unit whose head decides ('': a training officer). What does not
    belong to the mode is None.
    """

    cut_off: CutOff | None = None
    approver: str | None = None
    basis: Basis | None = None
    present: Present | None = None
    entrants: Entrants | None = None


def answer(db: Session, run: Run, person_id: int) -> SeatAnswer:
    """What the person would come to in the run by pressing the button now."""
    refused = eligibility.refusal(db, run, person_id, Route.OWN)
    retake = refused is not None and refused.code == "completed"
    if retake:
        refused = eligibility.refusal(db, run, person_id, Route.OWN, motive="?")
    held = quotas.standing(db, run.id)
    unit_id = quotas.unit_for(db, run, person_id) if held else None
    left, applies, first = quotas.left(held, unit_id, run.capacity, run.taken), takes_applications(db, run), 0
    if left != 0 and not applies and not refused:  # whoever waits and may have a seat has it before a newcomer
        first, taken, then_held = waitlist.served(db, run, held)
        left = quotas.left(then_held, unit_id, run.capacity, taken)
    then = _then(refused, left, applies=applies)
    place = _waiting(db, run) - first + 1 if then is Then.QUEUE else None
    return SeatAnswer(run.mode, then, refused, retake, place, _seats(run, held, unit_id, left))


def grounds(db: Session, run: Run, person_id: int) -> Grounds:
    """Why one would have a place, or not: how one stands among those who have applied, and how it went last time."""
    if not takes_applications(db, run):
        return Grounds()
    held, cut_off = quotas.standing(db, run.id), last_cut_off(db, run)
    if run.mode is Mode.DRAW:
        return Grounds(cut_off, entrants=_entrants(db, run, person_id, held))
    person = applicant(db, run, person_id)
    (people, unapproved), newcomer = candidates.with_newcomer(db, run, person_id, mandatory=bool(person.mandatory))
    mine = next((one for one in (*people, *unapproved) if one.person_id == person_id), newcomer)
    return Grounds(
        cut_off,
        approver=_approver(db, person.unit_id, person_id),
        basis=Basis(mine.mandatory, mine.taken, mine.waited),
        present=_present(run, people, unapproved, mine, held),
    )


def motive_and_reason(db: Session, run_id: int, person_id: int) -> tuple[str, str]:
    """What the applicant said, and the reason that was given for how the application stands now."""
    row = rows(db, _REASON, {"run_id": run_id, "person_id": person_id, "kind": kind_of(Moved)}).first()
    return (row.motive, str(row.data.get("reason") or "")) if row else ("", "")


def _then(refused: Refused | None, left: int | None, *, applies: bool) -> Then:
    if refused:
        return Then.REFUSED
    if applies:
        return Then.APPLICATION
    return Then.SEAT if left is None or left > 0 else Then.QUEUE


def _present(
    run: Run, people: Sequence[Candidate], unapproved: Sequence[Candidate], mine: Candidate, held: list[Standing]
) -> Present:
    """Whoever is not approved yet is taken as approved now. Which seed decides between others changes nothing here:
    what those before somebody leave over does not depend on their order.
    """
    if mine not in people:
        mine = mine._replace(rank=None, approved_at=clock.now())
    others = [one for one in people if one.person_id != mine.person_id]
    in_order = ranked([*others, mine], "")
    shares = allocation.allocate(in_order, held, run.capacity, run.taken).shares
    place = next(one.place for one in in_order if one.candidate is mine)
    missing = sum(one.person_id != mine.person_id for one in unapproved)
    return Present(place, len(in_order), shares[mine.id], missing)


def _entrants(db: Session, run: Run, person_id: int, held: list[Standing]) -> Entrants:
    """There is a seat for oneself in any order of the lots if there is one after all the others."""
    applied = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.status == Status.APPLIED)
    people = [*(one for one in db.scalars(applied.order_by(Enrolment.id)) if one != person_id), person_id]
    units = quotas.units_for(db, run, people) if held else {}
    standing, taken = {one.unit_id: one for one in held}, run.taken
    fits = False
    for one in people:
        fits = quotas.fits(standing.values(), units.get(one), run.capacity, taken)
        if fits:
            taken += 1
            if own := standing.get(units.get(one, 0)):
                standing[own.unit_id] = own._replace(taken=own.taken + 1)
    return Entrants(len(people), fits)


def _seats(run: Run, held: list[Standing], unit_id: int | None, left: int | None) -> Seats:
    free = None if run.capacity is None else run.capacity - run.taken
    unit = next((one.path for one in held if one.unit_id == unit_id), "")
    return Seats(free, left if held else None, unit)


def _approver(db: Session, unit_id: int | None, person_id: int) -> str:
    steps = Approvers(db, [unit_id]).steps(unit_id, person_id) if unit_id else []
    return steps[0].unit if steps else ""


def _waiting(db: Session, run: Run) -> int:
    return int(rows(db, _WAITING, {"run_id": run.id}).scalar_one())


def last_cut_off(db: Session, run: Run) -> CutOff | None:
    """How the last run of the course before this one went, in which places were given in the same way."""
    asked = {"course_id": run.course_id, "mode": run.mode, "run_id": run.id, "starts_on": run.starts_on}
    row = rows(db, _LAST, asked).first()
    return CutOff(row.applied, int(row.seated or 0), row.rank, row.lot) if row and row.applied else None


_run_id = bindparam("run_id", type_=KEY)
_WAITING = select(func.count()).where(Enrolment.run_id == _run_id, Enrolment.status == Status.WAITLISTED)
_REASON = (
    select(Enrolment.motive, Event.data)
    .join(Event, and_(Event.run_id == Enrolment.run_id, Event.person_id == Enrolment.person_id))
    .where(
        Enrolment.run_id == _run_id,
        Enrolment.person_id == bindparam("person_id", type_=KEY),
        Event.kind == bindparam("kind"),
    )
    .order_by(Event.id.desc())
    .limit(1)
)
_last = aliased(Run)
_last_id = (
    select(_last.id)
    .where(
        _last.course_id == bindparam("course_id", type_=KEY),
        _last.mode == bindparam("mode", type_=Run.mode.type),
        _last.id != _run_id,
        _last.starts_on < bindparam("starts_on"),
        _last.state.in_((RunState.PUBLISHED, RunState.CLOSED)),
        _last.taken > 0,
    )
    .order_by(_last.starts_on.desc(), _last.id.desc())
    .limit(1)
    .scalar_subquery()
)
_seat = Enrolment.status.in_(SEATED)
_LAST = select(
    func.count().label("applied"),
    func.sum(case((_seat, 1), else_=0)).label("seated"),
    func.max(case((_seat, Enrolment.rank))).label("rank"),
    func.max(case((and_(_seat, Enrolment.queue_no.is_(None)), Enrolment.lot))).label("lot"),
).where(Enrolment.run_id == _last_id, Enrolment.status.not_in((Status.WITHDRAWN, Status.CANCELLED)))
"""Built once: that costs more than running them."""
