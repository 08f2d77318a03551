"""Who may have a place in a run, and who may not: each no has its own reason and its own way out."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, current
from courses.enrolment.applicants import applicant
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, SEATED, UNDER_WAY
from courses.errors import Refused, WayOut
from courses.people.models import OrgUnit
from courses.scheduling.models import ClassSession, Mode, Run, RunState
from courses.text import text


class Dated(Protocol):
    """A `Run`, or a row of a list."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def days(self) -> int: ...


class Route(enum.Flag):
    """How somebody comes to a place."""

    OWN = enum.auto()  # applies themselves
    CLERK = enum.auto()  # the department applies for them
    OFFICER = enum.auto()  # a training officer places them
    LATER = enum.auto()  # applied before: promotion, selection, an offer accepted, a replacement
    ANY = OWN | CLERK | OFFICER | LATER


@dataclass(frozen=True)
class Case:
    """What the rules are asked about. `person`: as `applicant` finds them."""

    db: Session
    run: Run
    person: Any
    route: Route
    motive: str


def require(db: Session, run: Run, person_id: int, route: Route, *, motive: str = "") -> Any:
    """Refuse who may not have or apply for a place; which rules hold on which route, `RULES` says.

    Gives the person as `applicant` found them.
    """
    person = applicant(db, run, person_id)
    if refused := refusal_in(Case(db, run, person, route, motive.strip()), person_id):
        raise refused
    return person


def refusal(db: Session, run: Run, person_id: int, route: Route, *, motive: str = "") -> Refused | None:
    """The first rule that is in the way, or None. `motive`: what the applicant says (a retake needs it)."""
    return refusal_in(Case(db, run, applicant(db, run, person_id), route, motive.strip()), person_id)


def refusal_in(case: Case, person_id: int) -> Refused | None:
    """The same of a person who was found already."""
    for rule, routes in RULES:
        if case.route in routes and (refused := rule(case)):
            return refused
    return _clash(case.db, case.run.id, person_id) if case.person.seated else None


def obstacle(db: Session, run: Run, person_id: int) -> Refused | None:
    """Why somebody who waits, is nominated or has an offer may not have the seat, or None."""
    return refusal(db, run, person_id, Route.LATER)


def require_window(db: Session, run: Run) -> None:
    """Refuse to take an application before and after the time for them."""
    if refused := _window(Case(db, run, None, Route.OWN, "")):
        raise refused


def require_free_time(db: Session, run: Run, person_id: int) -> None:
    """Refuse who has a seat elsewhere at the same time."""
    if refused := _clash(db, run.id, person_id):
        raise refused


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


def _published(case: Case) -> Refused | None:
    if case.run.state is RunState.CANCELLED:
        return Refused(text("This run was cancelled"), code="cancelled", way_out=_elsewhere())
    if case.run.state is not RunState.PUBLISHED:
        return Refused(text("This run takes no applications"), code="not_published", way_out=_elsewhere())
    return None


def _assigned(case: Case) -> Refused | None:
    if case.run.mode is not Mode.ASSIGNED:
        return None
    message = text("Places in this run are assigned: ask the clerk of your department or a training officer")
    return Refused(message, code="assigned", way_out=_another(case.db, case.run))


def _window(case: Case) -> Refused | None:
    now, run = clock.now(), case.run
    if run.apply_from and now < run.apply_from:
        message = text("Applications open on %(when)s", when=run.apply_from)
        return Refused(message, code="too_early", way_out=_elsewhere())
    if run.apply_until and now >= run.apply_until:
        message = text("Applications closed on %(when)s", when=run.apply_until)
        return Refused(message, code="too_late", way_out=_another(case.db, run))
    if begun(run, clock.today()):
        return Refused(text("This run has already begun"), code="begun", way_out=_another(case.db, run))
    return None


def _here(case: Case) -> Refused | None:
    """Has a place already, or (an officer may decide at once) an application."""
    status, officer = case.person.status, case.route is Route.OFFICER
    if status is None or status in ENDED or (officer and status in UNDER_WAY and status is not Status.RETURNED):
        return None
    message = {
        Status.ENROLLED: text("Already enrolled in this run"),
        Status.WAITLISTED: text("Already waiting for this run"),
        Status.OFFERED: text("A seat in this run is offered already: accept or decline it"),
        Status.RETURNED: text("The application was returned: correct it and send it again"),
    }.get(status, text("Already applied for this run"))
    code = {Status.WAITLISTED: "waiting", Status.APPROVED: "applied", Status.NOMINATED: "applied"}.get(status, status)
    return Refused(message, code=code, way_out=_my_learning() if case.route is Route.OWN else _participants(case.run))


def _gone(case: Case) -> Refused | None:
    if case.person.active:
        return None
    return Refused(text("This person no longer takes part (left or expired)"), code="gone", way_out=_elsewhere())


def _teaches(case: Case) -> Refused | None:
    if not case.person.teaches:
        return None
    return Refused(text("Whoever teaches a run cannot take it"), code="teaches", way_out=_elsewhere())


def _outsider(case: Case) -> Refused | None:
    if case.person.employee_no is not None:
        return None
    message = text("Only staff can apply themselves. A training officer can enrol other people")
    return Refused(message, code="not_staff", way_out=_elsewhere())


def _grade(case: Case) -> Refused | None:
    return _not_for("grade", case.person.for_grades, case.person.grade)


def _service(case: Case) -> Refused | None:
    return _not_for("service", case.person.for_services, case.person.service)


def _not_for(what: str, wanted: list[str], own: str | None) -> Refused | None:
    if not wanted or own in wanted:
        return None
    message = text("This course is for %(whom)s", whom=", ".join(wanted))
    return Refused(message, code=f"target_{what}", way_out=_elsewhere())


def _unit(case: Case) -> Refused | None:
    wanted = case.person.for_units
    if not wanted or _serves_in(case.db, case.person.unit_id, wanted):
        return None
    names = case.db.scalars(select(OrgUnit.name).where(OrgUnit.id.in_(wanted)).order_by(OrgUnit.position, OrgUnit.id))
    message = text("This course is for %(whom)s", whom=", ".join(names))
    return Refused(message, code="target_unit", way_out=_elsewhere())


def _prerequisite(case: Case) -> Refused | None:
    if case.person.required_id is None:
        return None
    required = case.db.get_one(Course, case.person.required_id)
    message = text("Complete ‘%(title)s’ before this course", title=required.title)
    return Refused(message, code="prerequisite", way_out=_open_run(case.db, required.id))


def _completed(case: Case) -> Refused | None:
    if not case.person.completed_on or case.motive:
        return None
    message = text(
        "This course is already completed (%(when)s). Taking it again needs a reason", when=case.person.completed_on
    )
    return Refused(message, code="completed", way_out=WayOut("run", text("Give a reason"), case.run.id))


def _yearly_limit(case: Case) -> Refused | None:
    limit, year = case.person.yearly_limit or 0, str(case.run.starts_on.year)
    if not limit or case.person.mandatory or case.person.this_year < limit:
        return None
    message = text("Everybody may take %(n)s runs a year, which are reached for %(year)s", n=limit, year=year)
    return Refused(message, code="yearly_limit", way_out=_my_learning())


_APPLYING = Route.OWN | Route.CLERK
RULES = (
    (_published, Route.ANY),
    (_assigned, Route.OWN),
    (_window, _APPLYING),
    (_here, _APPLYING | Route.OFFICER),
    (_gone, Route.ANY),
    (_teaches, Route.ANY),
    (_outsider, Route.OWN),
    (_grade, _APPLYING),
    (_service, _APPLYING),
    (_unit, _APPLYING),
    (_prerequisite, _APPLYING),
    (_completed, _APPLYING),
    (_yearly_limit, _APPLYING),
)
"""Which rule holds on which route, in the order in which they are said; a clash of times holds on every route, last.

Whom a course is for is asked as of today and when one applies: a transfer afterwards takes nothing away. An officer may
pass it, as well as the window, prerequisites, a completed course and the yearly limit.
"""


def _serves_in(db: Session, unit_id: int | None, unit_ids: Collection[int]) -> bool:
    """Whether a unit is one of these, or below one."""
    way_up = select(OrgUnit.id, OrgUnit.parent_id).where(OrgUnit.id == unit_id).cte("way_up", recursive=True)
    above = aliased(OrgUnit)
    way_up = way_up.union_all(select(above.id, above.parent_id).join(way_up, above.id == way_up.c.parent_id))
    return db.scalar(select(way_up.c.id).where(way_up.c.id.in_(unit_ids)).limit(1)) is not None


def _clash(db: Session, run_id: int, person_id: int) -> Refused | None:
    other = current(db, OVERLAPS, {"person_id": person_id, "run_ids": [run_id]}).first()
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
    return _open_run(db, run.course_id, but=run.id)


def _open_run(db: Session, course_id: int, *, but: int = 0) -> WayOut:
    now = clock.now()
    next_one = db.scalar(
        select(Run.id)
        .where(
            Run.course_id == course_id,
            Run.id != but,
            Run.state == RunState.PUBLISHED,
            Run.starts_on > clock.today(),
            or_(Run.apply_until.is_(None), Run.apply_until > now),
        )
        .order_by(Run.starts_on, Run.id)
        .limit(1)
    )
    return WayOut("run", text("See the next run of this course"), next_one) if next_one else _elsewhere()
