"""Who may have a place in a run, and who may not: each no has its own reason and its own way out."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from sqlalchemy import Date, Row, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import SEATED
from courses.errors import Refused, WayOut
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from courses.text import text


class Dated(Protocol):
    """A `Run`, or a row of a list."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def days(self) -> int: ...


def require(db: Session, run: Run, person_id: int, *, own: bool) -> None:
    """Refuse who may not apply. `own`: by themselves; an officer may pass the window and the rules for newcomers."""
    person = _person(db, run, person_id)
    _require_published(run)
    if own:
        _require_open(db, run)
    _require_no_place(person.status, _my_learning() if own else _participants(run))
    refused = _unfit(person, own) or _clash(db, run.id, person_id)
    if refused:
        raise refused


def require_free_time(db: Session, run: Run, person_id: int) -> None:
    """Refuse who has a seat elsewhere at the same time."""
    if refused := _clash(db, run.id, person_id):
        raise refused


def obstacle(db: Session, run: Run, person_id: int) -> Refused | None:
    """Why somebody who waits may not have the seat that came free, or None."""
    return _unfit(_person(db, run, person_id), own=False) or _clash(db, run.id, person_id)


_shown, _own = aliased(ClassSession), aliased(ClassSession)
OVERLAPS = (
    select(_shown.run_id.label("shown_id"), Run.id, Course.title, _own.starts_at)
    .select_from(Enrolment)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(_own, _own.run_id == Run.id)
    .join(
        _shown,
        and_(_shown.starts_at < _own.ends_at, _own.starts_at < _shown.ends_at, _shown.run_id != Enrolment.run_id),
    )
    .where(
        _shown.run_id.in_(bindparam("run_ids", expanding=True)),
        Enrolment.person_id == bindparam("person_id", type_=KEY),
        Enrolment.status.in_(SEATED),
        Enrolment.outcome.is_(None),
        Run.state == RunState.PUBLISHED,
    )
    .order_by(_own.starts_at)
)
"""SQL: which of `:run_ids` meet the class times of those where `:person_id` has a seat, by time.

Columns: `shown_id` the run asked about; `id`, `title`, `starts_at` of the person's own run that is in the way.
Statements that every list needs are built once, with parameters: building and keying them costs more than running them.
"""


def begun(run: Dated, today: date) -> bool:
    """Whether the first day of class is here (cyber runs, without class days, may be entered until they end)."""
    return run.starts_on <= today if run.days else run.ends_on < today


def _person(db: Session, run: Run, person_id: int) -> Row[str | None, bool, Status, date, bool]:
    """What the rules ask about the person, in one statement."""
    asked = {"person_id": person_id, "run_id": run.id, "course_id": run.course_id, "today": clock.today()}
    return db.execute(_PERSON, asked).one()


_person_id, _run_id = bindparam("person_id", type_=KEY), bindparam("run_id", type_=KEY)
_other = aliased(Run)
_COMPLETED = (
    select(_other.ends_on)
    .join(Enrolment, Enrolment.run_id == _other.id)
    .where(
        Enrolment.person_id == _person_id,
        Enrolment.outcome == Outcome.COMPLETED,
        _other.course_id == bindparam("course_id", type_=KEY),
        _other.id != _run_id,
    )
    .order_by(_other.ends_on.desc())
    .limit(1)
)
_PERSON = (
    select(
        Person.employee_no,
        Person.active_on(bindparam("today", type_=Date)).label("active"),
        Enrolment.status,
        _COMPLETED.scalar_subquery().label("completed_on"),
        exists().where(RunInstructor.run_id == _run_id, RunInstructor.person_id == Person.id).label("teaches"),
    )
    .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.run_id == _run_id))
    .where(Person.id == _person_id)
)


def _require_published(run: Run) -> None:
    if run.state is RunState.CANCELLED:
        raise Refused(text("This run was cancelled"), code="cancelled", way_out=_elsewhere())
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This run takes no applications"), code="not_published", way_out=_elsewhere())


def _require_open(db: Session, run: Run) -> None:
    now = clock.now()
    if run.apply_from and now < run.apply_from:
        message = text("Applications open on %(when)s", when=run.apply_from)
        raise Refused(message, code="too_early", way_out=_elsewhere())
    if run.apply_until and now >= run.apply_until:
        message = text("Applications closed on %(when)s", when=run.apply_until)
        raise Refused(message, code="too_late", way_out=_another(db, run))
    if begun(run, clock.today()):
        raise Refused(text("This run has already begun"), code="begun", way_out=_another(db, run))


def _require_no_place(status: Status | None, way_out: WayOut) -> None:
    if status in SEATED:
        raise Refused(text("Already enrolled in this run"), code="enrolled", way_out=way_out)
    if status is Status.WAITLISTED:
        raise Refused(text("Already waiting for this run"), code="waiting", way_out=way_out)


def _unfit(person: Any, own: bool) -> Refused | None:
    if not person.active:
        return Refused(text("This person no longer takes part (left or expired)"), code="gone", way_out=_elsewhere())
    if person.teaches:
        return Refused(text("Whoever teaches a run cannot take it"), code="teaches", way_out=_elsewhere())
    if own and person.employee_no is None:
        message = text("Only staff can apply themselves. A training officer can enrol other people")
        return Refused(message, code="not_staff", way_out=_elsewhere())
    if own and person.completed_on:
        message = text("This course is already completed (%(when)s)", when=person.completed_on)
        return Refused(message, code="completed", way_out=_my_learning())
    return None


def _clash(db: Session, run_id: int, person_id: int) -> Refused | None:
    other = db.execute(OVERLAPS, {"person_id": person_id, "run_ids": [run_id]}).first()
    if other is None:
        return None
    return Refused(
        text("The times overlap with ‘%(title)s’ (%(when)s)", title=other.title, when=other.starts_at),
        code="clash",
        way_out=WayOut("run", text("Look at ‘%(title)s’", title=other.title), other.id),
    )


def _elsewhere() -> WayOut:
    return WayOut("catalogue", text("See the runs that are open"))


def _my_learning() -> WayOut:
    return WayOut("my_learning", text("See my learning"))


def _participants(run: Run) -> WayOut:
    return WayOut("participants", text("See who takes part"), run.id)


def _another(db: Session, run: Run) -> WayOut:
    """The next run of the same course that takes applications, else the catalogue."""
    now = clock.now()
    next_one = db.scalar(
        select(Run.id)
        .where(
            Run.course_id == run.course_id,
            Run.id != run.id,
            Run.state == RunState.PUBLISHED,
            Run.starts_on > clock.today(),
            or_(Run.apply_until.is_(None), Run.apply_until > now),
        )
        .order_by(Run.starts_on, Run.id)
        .limit(1)
    )
    return WayOut("run", text("See the next run of this course"), next_one) if next_one else _elsewhere()
