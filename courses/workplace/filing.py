"""A run as a department files it: planned, published and filled in one step, afterwards or ahead.

The marks of who was there come from `attendance`, which this room does not know: the door writes both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.enrolment import allotment, cancellation, eligibility, seats
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import Filed, FilingReturned
from courses.files.actions import SentFile
from courses.people.actions import grant_role
from courses.people.models import OrgUnit, Person, Role, RoleGrant
from courses.people.queries import serves_in
from courses.scheduling import actions as scheduling
from courses.scheduling import locks
from courses.scheduling.models import ClassSession, Mode, Run, RunState
from courses.scheduling.plan import PeriodPlan, RunPlan, SessionPlan
from courses.text import text
from courses.workplace.models import Filing

MOST = 200
"""People in one filing."""
LONGEST = 480
"""Minutes of one filing."""
BACK = timedelta(days=366)
AHEAD = timedelta(days=92)
"""How old training may be when it is filed, and how far ahead."""
_TAUGHT, _CREDIT = 50, 60
_VENUE = 200


@dataclass(frozen=True)
class Wanted:
    """Training to file: when, how many `minutes` by the clock, who gave it, who took part."""

    starts_at: datetime
    minutes: int
    trainer_id: int
    people: tuple[int, ...]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class NotPossible(Refused):
    """Some of the people cannot be in the run. `people`: each with the reason."""

    def __init__(self, people: Mapping[int, Refused]) -> None:
        super().__init__(text("%(n)s people cannot be in it", n=len(people)), code="people")
        self.people = people


def least_minutes(course: Course) -> int:
    """The minutes by the clock that the credited ones of a course take: 50 credit 60."""
    return -(-course.minutes * _TAUGHT // _CREDIT)


def file(
    db: Session,
    actor_id: int,
    unit: OrgUnit,
    course: Course,
    wanted: Wanted,
    *,
    policy: str,
    evidence: SentFile | None = None,
) -> Filing:
    """A published run of the course with everybody in it, filed for the unit under this version of a policy.

    Raises `NotPossible` with each person who cannot be in it, `clashes.Taken` where the trainer teaches elsewhere at
    the time, and `Refused` for what is wrong with the rest; nothing is half done then.
    """
    _require_sound(db, unit, course, wanted)
    locks.lock_people(db, {*wanted.people, wanted.trainer_id})
    run = scheduling.plan(db, actor_id, course, _plan(unit, wanted))
    scheduling.publish(db, actor_id, run, policy=policy)
    _seat(db, actor_id, run, wanted.people)
    _make_trainer(db, actor_id, wanted.trainer_id, unit)
    filing = Filing(run_id=run.id, unit_id=unit.id, filed_by=actor_id, filed_at=clock.now())
    _attach(filing, evidence)
    db.add(filing)
    db.flush()
    record(db, actor_id, Filed(run.id, unit.id, len(wanted.people)))
    return filing


def correct(
    db: Session, actor_id: int, filing: Filing, wanted: Wanted, *, evidence: SentFile | None = None
) -> list[Enrolment]:
    """File it anew, of the same course; its sessions must have no marks any more. Returns who no longer is in it.

    Raises as `file` does, and `Refused` once it is confirmed or withdrawn.
    """
    run, unit = hold(db, filing, wanted), db.get_one(OrgUnit, filing.unit_id)
    _require_sound(db, unit, db.get_one(Course, run.course_id), wanted)
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    scheduling.change(db, actor_id, run, _plan(unit, wanted, session_id))
    gone = _unseat(db, actor_id, run, wanted.people)
    inside = _inside(db, run.id)
    if run.capacity != len(wanted.people):
        allotment.change_capacity(db, actor_id, run, len(wanted.people))
    _seat(db, actor_id, run, [id_ for id_ in wanted.people if id_ not in inside])
    _make_trainer(db, actor_id, wanted.trainer_id, unit)
    filing.filed_by, filing.filed_at, filing.returned_at, filing.reason = actor_id, clock.now(), None, ""
    _attach(filing, evidence)
    db.flush()
    record(db, actor_id, Filed(run.id, unit.id, len(wanted.people), again=True))
    return gone


def send_back(db: Session, actor_id: int, filing: Filing, reason: str) -> None:
    """To be corrected by the department, for a reason that it reads. Raises `Refused` without one, or once closed."""
    run = open_run(db, filing)
    reason = require_reason(reason, text("Give a reason: the department reads it"))
    filing.returned_at, filing.reason = clock.now(), reason
    db.flush()
    record(db, actor_id, FilingReturned(run.id, filing.unit_id, filing.filed_by, reason))


def take_back(db: Session, actor_id: int, filing: Filing) -> list[int]:
    """It was filed by mistake: the run is cancelled, and everybody freed. Raises `Refused` once it is confirmed.

    Returns the persons who were in it; follow it with `waitlist.reconsider` for them.
    """
    people = set(db.scalars(select(Enrolment.person_id).where(Enrolment.run_id == filing.run_id)))
    locks.lock_people(db, people)
    run = open_run(db, filing)
    reason = "filed by mistake"
    freed = cancellation.cancel_run(db, actor_id, run, reason)
    scheduling.cancel(db, actor_id, run, reason)
    return freed


def hold(db: Session, filing: Filing, wanted: Wanted) -> Run:
    """The run of a filing that is to be corrected, held, after everybody who is or will be in it."""
    before = db.scalars(select(Enrolment.person_id).where(Enrolment.run_id == filing.run_id))
    locks.lock_people(db, {*before, *wanted.people, wanted.trainer_id})
    return open_run(db, filing)


def open_run(db: Session, filing: Filing) -> Run:
    """The run of a filing, held. Raises `Refused` when it is confirmed or withdrawn."""
    run = locks.lock_run(db, filing.run_id)
    if run.state is RunState.CLOSED:
        raise Refused(text("This is confirmed already, and stays as it is"), code="confirmed", way_out=_to(run))
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This was withdrawn. File it anew"), code="withdrawn", way_out=_to(run))
    return run


def _require_sound(db: Session, unit: OrgUnit, course: Course, wanted: Wanted) -> None:
    if course.kind is not Kind.WORKPLACE:
        raise Refused(text("‘%(title)s’ is no subject of workplace training", title=course.title), code="kind")
    least = least_minutes(course)
    if wanted.minutes < least:
        said = text("‘%(title)s’ takes at least %(n)s minutes", title=course.title, n=least)
        raise Refused(said, code="minutes")
    if wanted.minutes > LONGEST:
        raise Refused(text("At most %(n)s minutes. File each day by itself", n=LONGEST), code="minutes")
    if not clock.now() - BACK <= wanted.starts_at <= clock.now() + AHEAD:
        raise Refused(text("File what took place within a year, or will within three months"), code="day")
    if not wanted.people:
        raise Refused(text("Paste at least one person who took part"), code="nobody")
    if len(wanted.people) > MOST:
        raise Refused(text("At most %(n)s people at once. File the others by themselves", n=MOST), code="many")
    if wanted.trainer_id in wanted.people:
        raise Refused(text("The trainer cannot be among those who were trained"), code="trainer")
    if not serves_in(db, wanted.trainer_id, unit.id):
        raise Refused(text("The trainer has to serve in this department"), code="trainer")


def _plan(unit: OrgUnit, wanted: Wanted, session_id: int | None = None) -> RunPlan:
    """One session in the department's own office, with no time in which anybody could apply."""
    day = clock.local(wanted.starts_at).date()
    session = SessionPlan((PeriodPlan(wanted.starts_at, wanted.ends_at),), id=session_id)
    return RunPlan(
        starts_on=day,
        ends_on=day,
        capacity=len(wanted.people),
        apply_from=clock.start_of(day - timedelta(days=1)),
        apply_until=wanted.starts_at,
        sessions=(session,),
        instructor_ids=(wanted.trainer_id,),
        venue=(unit.path or unit.name)[-_VENUE:],
        mode=Mode.ASSIGNED,
    ).settled()


def _seat(db: Session, actor_id: int, run: Run, people: Iterable[int]) -> None:
    """A seat for each, whoever files them (they may be among them): an officer looks at it before it counts."""
    run = locks.lock_run(db, run.id)
    refused: dict[int, Refused] = {}
    known = {one.person_id: one for one in db.scalars(select(Enrolment).where(Enrolment.run_id == run.id))}
    for person_id in people:
        if obstacle := eligibility.refusal(db, run, person_id, Route.OFFICER):
            refused[person_id] = obstacle
        else:
            seats.place(db, actor_id, run, known.get(person_id) or Enrolment(run_id=run.id, person_id=person_id))
    if refused:
        raise NotPossible(refused)


def _unseat(db: Session, actor_id: int, run: Run, people: Collection[int]) -> list[Enrolment]:
    inside = select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.status.not_in(ENDED))
    gone = [one for one in db.scalars(inside.order_by(Enrolment.id)) if one.person_id not in people]
    for enrolment in gone:
        seats.vacate(db, actor_id, run, enrolment, Status.WITHDRAWN, reason="filing corrected")
    return gone


def _inside(db: Session, run_id: int) -> set[int]:
    seated = select(Enrolment.person_id).where(Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)
    return set(db.scalars(seated))


def _make_trainer(db: Session, actor_id: int, person_id: int, unit: OrgUnit) -> None:
    """Who gives such training reaches its runs, and no others: the role of a trainer, unless they have more."""
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.role.in_((Role.TRAINER, Role.OFFICER))
    )
    if db.scalar(held.limit(1)) is None:
        grant_role(db, actor_id, db.get_one(Person, person_id), Role.TRAINER, unit.id)


def _attach(filing: Filing, evidence: SentFile | None) -> None:
    if evidence:
        filing.evidence_sha256, filing.evidence_name = evidence.sha256, evidence.name


def _to(run: Run) -> WayOut:
    return WayOut("filing", text("Look at what was filed"), run.id)
