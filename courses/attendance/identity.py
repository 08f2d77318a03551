"""Whether whoever sits there is who has the place: looked at with the staff card, or by a colleague. No pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from itertools import starmap

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.attendance.models import IdentityCheck, Proof
from courses.attendance.rules import refusal
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import settle
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import IdentityChecked, IdentitySettled
from courses.people.models import Person
from courses.scheduling.locks import lock_people, lock_run
from courses.scheduling.models import ClassSession, Run, RunState
from courses.text import text

DIGITS = 4
"""So many of the last digits of the employee number are read from the staff card."""


def by_card(db: Session, actor_id: int, session_id: int, enrolment_id: int, digits: str) -> IdentityCheck:
    """Confirm by the last digits on the staff card.

    Digits that do not agree are refused, no more: they may be misread. Who cannot show who they are: `fail`.
    """
    enrolment = _checkable(db, actor_id, session_id, enrolment_id)
    number = db.get_one(Person, enrolment.person_id).employee_no
    if number is None:
        raise Refused(text("This person has no staff card: a colleague can confirm who they are"), code="no_card")
    if not compare_digest(digits.strip().encode(), number[-DIGITS:].encode()):
        message = text(
            "These digits do not agree with the register. Read the last %(n)s of the card once more", n=DIGITS
        )
        raise Refused(message, code="other_digits")
    return _record(db, actor_id, session_id, enrolment, Proof.CARD)


def by_colleague(db: Session, actor_id: int, session_id: int, enrolment_id: int, colleague_id: int) -> IdentityCheck:
    """Confirm by somebody else of the same class who knows them; `colleague_id` is that one's enrolment."""
    enrolment = _checkable(db, actor_id, session_id, enrolment_id)
    colleague = db.get(Enrolment, colleague_id)
    if colleague is None or colleague.id == enrolment.id or not _has_place(colleague, enrolment.run_id):
        raise Refused(text("Name a colleague who has a place in this class"), code="no_colleague")
    return _record(db, actor_id, session_id, enrolment, Proof.COLLEAGUE, colleague_id=colleague.person_id)


def fail(db: Session, actor_id: int, session_id: int, enrolment_id: int, note: str) -> IdentityCheck:
    """Write down that somebody could not show who they are. Training officers are told, and decide."""
    enrolment = _checkable(db, actor_id, session_id, enrolment_id)
    seen = require_reason(note, text("Say what you saw: the training officer decides by it"))
    return _record(db, actor_id, session_id, enrolment, Proof.FAILED, note=seen)


def decide(db: Session, actor_id: int, check_id: int, *, expel: bool, reason: str) -> IdentityCheck:
    """An officer's decision on a failed check: expelled for proxy attendance (대리출석), or not; with the reason."""
    where = select(Enrolment.person_id, Enrolment.run_id).join(IdentityCheck)
    person_id, run_id = db.execute(where.where(IdentityCheck.id == check_id)).one()
    lock_people(db, [person_id])
    run = lock_run(db, run_id)
    check = db.get_one(IdentityCheck, check_id, populate_existing=True)
    if check.proof is not Proof.FAILED or check.decided_at is not None:
        raise Refused(text("This has been decided already"), code="decided")
    if person_id == actor_id:
        raise Refused(text("Nobody decides on their own case"), code="own")
    reason = require_reason(reason, text("Give a reason: it is kept with the decision"))
    if expel:
        _require_open(run)
        enrolment = db.get_one(Enrolment, check.enrolment_id, populate_existing=True)
        settle(db, actor_id, enrolment, Outcome.EXPELLED)
    check.decided_by, check.decided_at, check.expelled, check.reason = actor_id, clock.now(), expel, reason
    db.flush()
    record(db, actor_id, IdentitySettled(check.id, run.id, person_id, expel, check.reason))
    return check


def take_back(db: Session, actor_id: int, check_id: int, reason: str) -> IdentityCheck:
    """An expulsion was wrong: while the run is open, the person is judged by what they attend again; for a reason."""
    where = select(Enrolment.person_id, Enrolment.run_id).join(IdentityCheck)
    person_id, run_id = db.execute(where.where(IdentityCheck.id == check_id)).one()
    lock_people(db, [person_id])
    run = lock_run(db, run_id)
    check = db.get_one(IdentityCheck, check_id, populate_existing=True)
    if not check.expelled:
        raise Refused(text("Nobody is expelled by this"), code="not_expelled")
    if person_id == actor_id:
        raise Refused(text("Nobody decides on their own case"), code="own")
    reason = require_reason(reason, text("Give a reason: it is kept with the decision"))
    _require_open(run)
    check.decided_by, check.decided_at, check.expelled, check.reason = actor_id, clock.now(), False, reason
    db.flush()
    others = IdentityCheck.enrolment_id == check.enrolment_id, IdentityCheck.expelled.is_(True)
    if db.scalar(select(IdentityCheck.id).where(*others).limit(1)) is None:
        settle(db, actor_id, db.get_one(Enrolment, check.enrolment_id, populate_existing=True), None)
    record(db, actor_id, IdentitySettled(check.id, run.id, person_id, expelled=False, reason=reason, undone=True))
    return check


def _require_open(run: Run) -> None:
    if run.state is not RunState.PUBLISHED:
        message = text("This run is closed: reopen it first")
        raise Refused(message, code="closed", way_out=WayOut("closing", text("See the closing"), run.id))


@dataclass(frozen=True, slots=True)
class Look:
    """A check in words: of whom, how, by whom and when; `note` says what was seen where it failed."""

    id: int
    session_id: int
    enrolment_id: int
    name: str
    title: str
    proof: Proof
    colleague: str | None
    note: str
    checker: str
    at: datetime
    expelled: bool | None


def last_checks(db: Session, session_id: int) -> Mapping[int, Look]:
    """By enrolment: the last time somebody was looked at in this session."""
    found = db.execute(_LOOKS.where(IdentityCheck.session_id == session_id))
    return {look.enrolment_id: look for look in starmap(Look, found)}


def undecided(db: Session) -> Sequence[Look]:
    """Failed checks that wait for an officer, the oldest first."""
    waiting = IdentityCheck.proof == Proof.FAILED, IdentityCheck.decided_at.is_(None)
    return list(starmap(Look, db.execute(_LOOKS.where(*waiting))))


def expelled(db: Session) -> Sequence[Look]:
    """Failed checks for which somebody was expelled, in runs that are open still: these can be taken back."""
    open_ones = IdentityCheck.expelled.is_(True), Run.state == RunState.PUBLISHED
    return list(starmap(Look, db.execute(_LOOKS.where(*open_ones))))


_checker, _colleague = aliased(Person), aliased(Person)
_LOOKS = (
    select(
        IdentityCheck.id,
        IdentityCheck.session_id,
        IdentityCheck.enrolment_id,
        Person.name,
        Course.title,
        IdentityCheck.proof,
        _colleague.name,
        IdentityCheck.note,
        _checker.name,
        IdentityCheck.checked_at,
        IdentityCheck.expelled,
    )
    .join(Enrolment, Enrolment.id == IdentityCheck.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(_checker, _checker.id == IdentityCheck.checked_by)
    .outerjoin(_colleague, _colleague.id == IdentityCheck.colleague_id)
    .order_by(IdentityCheck.id)
)


def _checkable(db: Session, actor_id: int, session_id: int, enrolment_id: int) -> Enrolment:
    session = db.get_one(ClassSession, session_id)
    run = lock_run(db, session.run_id)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    enrolment = db.get(Enrolment, enrolment_id, populate_existing=True)
    if enrolment is None or not _has_place(enrolment, run.id):
        raise Refused(text("This person has no place in the class"), code="not_enrolled")
    if enrolment.person_id == actor_id:
        raise Refused(text("Nobody confirms who they are themselves"), code="own")
    return enrolment


def _has_place(enrolment: Enrolment, run_id: int) -> bool:
    return enrolment.run_id == run_id and enrolment.status is Status.ENROLLED


def _record(
    db: Session,
    actor_id: int,
    session_id: int,
    enrolment: Enrolment,
    proof: Proof,
    *,
    colleague_id: int | None = None,
    note: str = "",
) -> IdentityCheck:
    check = IdentityCheck(session_id=session_id, enrolment_id=enrolment.id, proof=proof, colleague_id=colleague_id)
    check.note, check.checked_by, check.checked_at = note, actor_id, clock.now()
    db.add(check)
    db.flush()
    ids = check.id, session_id, enrolment.run_id, enrolment.person_id
    record(db, actor_id, IdentityChecked(*ids, proof, colleague_id, note))
    return check
