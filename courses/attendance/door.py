"""At the door of a class that begins: somebody without a place, or in a colleague's stead. Officers say yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.attendance.models import DoorRequest
from courses.attendance.rules import refusal
from courses.catalogue.models import Course
from courses.enrolment import eligibility, replacing
from courses.enrolment.actions import enrol
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import DoorAnswered, DoorAsked
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import above
from courses.scheduling.locks import lock_people, lock_run, read_run
from courses.scheduling.models import ClassSession, Run
from courses.settings.organisation import organisation
from courses.text import text


def ask(
    db: Session, actor_id: int, session_id: int, person_id: int, reason: str, *, instead_of: int | None = None
) -> DoorRequest:
    """Ask the training officers for a place for this person: a new one, or that of the enrolment `instead_of`.

    What nobody could grant is refused at once.
    """
    lock_people(db, [person_id])
    reason = _require_reason(reason)
    session, run = _at_door(db, session_id)
    run = lock_run(db, run.id)
    open_one = select(DoorRequest.id).join(ClassSession, ClassSession.id == DoorRequest.session_id)
    same = ClassSession.run_id == run.id, DoorRequest.person_id == person_id, DoorRequest.decided_at.is_(None)
    if db.scalar(open_one.where(*same)) is not None:
        raise Refused(text("This has been asked already: a training officer will answer"), code="asked")
    _require_grantable(db, run, session, person_id, instead_of)
    request = DoorRequest(session_id=session_id, person_id=person_id, instead_of=instead_of, reason=reason)
    request.asked_by, request.asked_at = actor_id, clock.now()
    db.add(request)
    db.flush()
    record(db, actor_id, DoorAsked(request.id, session_id, run.id, person_id, request.reason, instead_of))
    return request


def admit(
    db: Session, actor_id: int, session_id: int, person_id: int, reason: str, *, instead_of: int | None = None
) -> Enrolment:
    """An officer lets somebody in at once: a seat of their own, or that of the colleague `instead_of` (an enrolment).

    Refused where there is neither: nobody waits in a queue at the door. After a replacement follow it with
    `waitlist.reconsider` for who leaves.
    """
    if instead_of is not None:
        lock_people(db, {person_id, *_person_of(db, instead_of)})
    reason = _require_reason(reason)
    session, run = _at_door(db, session_id)
    if instead_of is not None:
        _require_department(db, session, person_id, instead_of)
        return replacing.replace(db, actor_id, instead_of, person_id, reason)
    enrolment = enrol(db, actor_id, run.id, person_id, reason=reason, route=Route.OFFICER)
    if enrolment.status is not Status.ENROLLED:
        raise Refused(
            text("Every seat is taken. Raise the capacity, or let them come in a colleague's stead"),
            code="full",
            way_out=WayOut("participants", text("See who takes part"), run.id),
        )
    return enrolment


def grant(db: Session, actor_id: int, request_id: int) -> Enrolment:
    """Say yes: the place is given now, by the rules of `admit`."""
    asked = db.get_one(DoorRequest, request_id)
    lock_people(db, {asked.person_id, *_person_of(db, asked.instead_of)})
    request = _open(db, request_id)
    enrolment = admit(
        db, actor_id, request.session_id, request.person_id, request.reason, instead_of=request.instead_of
    )
    _answer(db, actor_id, request, enrolment.run_id, granted=True)
    return enrolment


def turn_down(db: Session, actor_id: int, request_id: int, answer: str) -> DoorRequest:
    """Say no, with the reason that the instructor reads."""
    asked = db.get_one(DoorRequest, request_id)
    run_id = db.get_one(ClassSession, asked.session_id).run_id
    lock_run(db, run_id)
    request = _open(db, request_id)
    request.answer = require_reason(answer, text("Say why: the instructor reads it"))
    _answer(db, actor_id, request, run_id, granted=False)
    return request


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in words; `instead` is the colleague whose place it is about, `granted` None while nobody answered."""

    id: int
    session_id: int
    run_id: int
    title: str
    name: str
    instead: str | None
    reason: str
    asker: str
    at: datetime
    granted: bool | None
    answer: str


def requests(db: Session, run_id: int) -> Sequence[Asked]:
    """What was asked for a run, the newest first."""
    of_run = _ASKED.where(Run.id == run_id).order_by(DoorRequest.id.desc())
    return list(starmap(Asked, db.execute(of_run)))


def unanswered(db: Session) -> Sequence[Asked]:
    """What waits for an officer, the oldest first."""
    waiting = _ASKED.where(DoorRequest.decided_at.is_(None)).order_by(DoorRequest.id)
    return list(starmap(Asked, db.execute(waiting)))


_asker, _leaving, _left = aliased(Person), aliased(Person), aliased(Enrolment)
_ASKED = (
    select(
        DoorRequest.id,
        DoorRequest.session_id,
        Run.id,
        Course.title,
        Person.name,
        _leaving.name,
        DoorRequest.reason,
        _asker.name,
        DoorRequest.asked_at,
        DoorRequest.granted,
        DoorRequest.answer,
    )
    .join(ClassSession, ClassSession.id == DoorRequest.session_id)
    .join(Run, Run.id == ClassSession.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(Person, Person.id == DoorRequest.person_id)
    .join(_asker, _asker.id == DoorRequest.asked_by)
    .outerjoin(_left, _left.id == DoorRequest.instead_of)
    .outerjoin(_leaving, _leaving.id == _left.person_id)
)


def _open(db: Session, request_id: int) -> DoorRequest:
    held = select(DoorRequest).where(DoorRequest.id == request_id).with_for_update(key_share=True)
    request = db.scalars(held, execution_options={"populate_existing": True}).one()
    if request.decided_at is not None:
        raise Refused(text("This has been decided already"), code="decided")
    return request


def _answer(db: Session, actor_id: int, request: DoorRequest, run_id: int, *, granted: bool) -> None:
    request.decided_by, request.decided_at, request.granted = actor_id, clock.now(), granted
    db.flush()
    record(db, actor_id, DoorAnswered(request.id, run_id, request.person_id, granted, request.answer))


def _require_reason(said: str) -> str:
    return require_reason(said, text("Give a reason: it is kept with the place"))


def _at_door(db: Session, session_id: int) -> tuple[ClassSession, Run]:
    session = db.get_one(ClassSession, session_id)
    run = read_run(db, session.run_id)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    return session, run


def _require_grantable(db: Session, run: Run, session: ClassSession, person_id: int, instead_of: int | None) -> None:
    if instead_of is not None:
        _require_department(db, session, person_id, instead_of)
    route = Route.OFFICER if instead_of is None else Route.LATER
    if refused := eligibility.refusal(db, run, person_id, route):
        raise refused


def _require_department(db: Session, session: ClassSession, person_id: int, instead_of: int) -> None:
    """A place passes on within a department alone: the unit that ranks its applicants, on the day of the class."""
    leaving = db.get(Enrolment, instead_of)
    if leaving is None or leaving.run_id != session.run_id or leaving.status not in replacing.REPLACEABLE:
        raise Refused(text("The colleague has no place in this class"), code="not_listed")
    day = clock.local(session.starts_at).date()
    coming, gone = (_department(db, one, day) for one in (person_id, leaving.person_id))
    if coming is None or coming != gone:
        message = text("Only somebody of the same department can come in a colleague's stead")
        raise Refused(message, code="other_department")


def _department(db: Session, person_id: int, day: date) -> int | None:
    """The unit, of the level that ranks applicants or above it, in which somebody serves on a day."""
    serving = select(Posting.unit_id).where(Posting.person_id == person_id, Posting.on(day))
    unit_id = db.scalar(serving.order_by(Posting.from_on.desc()).limit(1))
    if unit_id is None:
        return None
    ranking = OrgUnit.depth <= organisation(db).ranking_depth
    own = select(OrgUnit.id).where(OrgUnit.id.in_(above(db, unit_id)), ranking)
    return db.scalar(own.order_by(OrgUnit.depth.desc()).limit(1))


def _person_of(db: Session, enrolment_id: int | None) -> Sequence[int]:
    """Whose it is; nobody's for none."""
    return db.scalars(select(Enrolment.person_id).where(Enrolment.id == enrolment_id)).all()
