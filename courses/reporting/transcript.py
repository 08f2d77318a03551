"""Everything a person has learned: runs by year, hours, outcomes, certificates, and how far it is to the target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.certificates.models import Certificate, CertificateState
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.hours.queries import standing
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Run, RunState


@dataclass(frozen=True)
class Year:
    """A year's runs, the last ended first, and the minutes of those completed."""

    year: int
    rows: Sequence[Any]
    minutes: int
    recognised: int


@dataclass(frozen=True)
class Target:
    """Recognised hours a year: those of the grade, and what is due of them by the days not spent on leave."""

    year: int
    hours: int
    due_minutes: int
    recognised: int
    days_away: int

    @property
    def left(self) -> int:
        """Minutes still to go."""
        return max(0, self.due_minutes - self.recognised)

    @property
    def percent(self) -> int:
        """How much of it is done, at most 100, rounded down."""
        return min(100, self.recognised * 100 // self.due_minutes) if self.due_minutes else 100


@dataclass(frozen=True)
class Transcript:
    """A person's learning, newest year first. `served` is where the person serves today, `target` None without one."""

    person: Person
    served: Any
    years: Sequence[Year]
    target: Target | None

    @property
    def minutes(self) -> int:
        """Minutes of all that was completed."""
        return sum(year.minutes for year in self.years)

    @property
    def recognised(self) -> int:
        """Recognised minutes of all that was completed."""
        return sum(year.recognised for year in self.years)

    @property
    def completions(self) -> int:
        """How many runs were completed."""
        return sum(is_completed(row) for year in self.years for row in year.rows)


def transcript(db: Session, person: Person) -> Transcript:
    """In few statements. What counts toward the target is reckoned by the ledger of hours."""
    years = [_year(number, rows) for number, rows in groupby(_rows(db, person.id), lambda row: row.year)]
    return Transcript(person, _served(db, person.id), years, _target(db, person.id))


def is_completed(row: Any) -> bool:
    """Whether a run of a transcript counts."""
    return bool(row.outcome == Outcome.COMPLETED)


def _year(number: int, rows: Iterable[Any]) -> Year:
    found = list(rows)
    done = [row for row in found if is_completed(row)]
    return Year(number, found, sum(row.minutes for row in done), sum(row.recognised for row in done))


def _rows(db: Session, person_id: int) -> Sequence[Any]:
    certificate = and_(Certificate.enrolment_id == Enrolment.id, Certificate.state == CertificateState.VALID)
    return db.execute(
        select(
            Enrolment.id, Enrolment.outcome, Course.title, Course.kind, Course.minutes,
            RECOGNISED.label("recognised"),
            Run.id.label("run_id"), Run.year, Run.number, Run.starts_on, Run.ends_on,
            OrgUnit.path.label("unit"), Enrolment.grade, Certificate.facts["number"].as_string().label("certificate"),
        )
        .join_from(Enrolment, Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(OrgUnit, OrgUnit.id == Enrolment.unit_id)
        .outerjoin(Certificate, certificate)
        .where(Enrolment.person_id == person_id, Enrolment.status == Status.ENROLLED)
        .where(Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)))
        .order_by(Run.year.desc(), Run.ends_on.desc(), Enrolment.id)
    ).all()  # fmt: skip


def _served(db: Session, person_id: int) -> Any:
    return db.execute(
        select(OrgUnit.path, Posting.grade, Posting.post)
        .join(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(Posting.person_id == person_id, Posting.on(clock.today()))
        .order_by(Posting.from_on.desc())
        .limit(1)
    ).first()


def _target(db: Session, person_id: int) -> Target | None:
    year = clock.today().year
    here = standing(db, person_id, year)
    return Target(year, here.hours, here.due, here.recognised, here.away) if here.hours else None
