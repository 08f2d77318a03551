"""The log of print runs: who had what printed when, sheet by sheet; and what was issued and never printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from courses import paging
from courses.catalogue.models import Course
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.printing.models import PrintedSheet, PrintJob, PrintKind
from courses.certificates.queries import in_force
from courses.db import rows
from courses.people.models import Person
from courses.scheduling.models import Run

_MANY = 200
"""Runs offered at once: the latest."""


class Line(NamedTuple):
    """A print run in the log. `course` and `number` are those of its only run, None for a selection across runs."""

    id: int
    kind: PrintKind
    of_id: int | None
    run_id: int | None
    course: str | None
    year: int | None
    number: int | None
    sheets: int
    reason: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    removed_at: datetime | None


class Sheet(NamedTuple):
    """A sheet that went out. `state` is that of its certificate now."""

    position: int
    certificate_id: int
    run_id: int
    copy: int
    department: str
    state: CertificateState
    employee_no: str
    facts: Facts


class Stack(NamedTuple):
    """The sheets of one department in a print run, from position `first` to `last`."""

    department: str
    first: int
    last: int
    sheets: int


class Unprinted(NamedTuple):
    """A run with certificates in force that were never printed."""

    run_id: int
    course: str
    year: int
    number: int
    ends_on: date
    certificates: int


def log(db: Session, before: int | None = None) -> tuple[list[Line], bool]:
    """A page of print runs, the latest first, and whether there are more."""
    found, more = paging.page(db, _LOG, before)
    return [Line._make(row) for row in found], more


def line(db: Session, print_job_id: int) -> Line | None:
    """One print run as the log has it."""
    row = rows(db, _LINE, {"job": print_job_id}).first()
    return Line._make(row) if row else None


def repeats(db: Session, print_job_id: int) -> list[Line]:
    """What resumed or repeated a print run, in the order in which it was asked for."""
    return [Line._make(row) for row in rows(db, _REPEATS, {"job": print_job_id})]


def latest_of(db: Session, run_id: int) -> int | None:
    """The latest print run for a run."""
    return rows(db, _LATEST_OF, {"run": run_id}).scalar()


def departments(db: Session, print_job_id: int) -> list[str]:
    """The department of each sheet of a print run, in their order."""
    return list(rows(db, _DEPARTMENTS, {"job": print_job_id}).scalars())


def sheets(db: Session, print_job_id: int, first: int = 1, last: int = 10**9) -> list[Sheet]:
    """The sheets of a print run from one position to another, both included."""
    found = rows(db, _SHEETS, {"job": print_job_id, "first": first, "last": last})
    return [Sheet._make((*row[:-1], Facts.from_json(row.facts))) for row in found]


def stacks(departments: Sequence[str]) -> list[Stack]:
    """The departments of a print run, in the order of their first sheets."""
    found: dict[str, list[int]] = {}
    for position, department in enumerate(departments, 1):
        found.setdefault(department, []).append(position)
    return [Stack(name, places[0], places[-1], len(places)) for name, places in found.items()]


def unprinted(db: Session) -> list[Unprinted]:
    """Runs whose certificates wait to be printed, the latest first."""
    return [Unprinted._make(row) for row in rows(db, _UNPRINTED)]


def title(db: Session, job: PrintJob) -> str:
    """The run that a print run is for, in any language: 데이터 분석 실무 2026-3; of several the first, +2."""
    of_job = exists().where(PrintedSheet.print_job_id == job.id, PrintedSheet.certificate_id == Certificate.id)
    runs = select(Certificate.run_id).where(of_job).distinct()
    named = select(Course.title, Run.year, Run.number).join(Course).where(Run.id.in_(runs)).order_by(Run.id)
    first, *others = db.execute(named).all()
    return f"{first.title} {first.year}-{first.number}" + (f" +{len(others)}" if others else "")


# Built once: that costs more than running them.

_LINES: Select[*tuple[Any, ...]] = (
    select(
        PrintJob.id, PrintJob.kind, PrintJob.of_id, PrintJob.run_id, Course.title, Run.year, Run.number,
        PrintJob.sheets, PrintJob.reason, Person.name, PrintJob.asked_at, PrintJob.finished_at, PrintJob.removed_at,
    )
    .join(Person, Person.id == PrintJob.asked_by)
    .outerjoin(Run, Run.id == PrintJob.run_id)
    .outerjoin(Course, Course.id == Run.course_id)
)  # fmt: skip
_LOG = paging.latest(_LINES, PrintJob.id)
_LINE = _LINES.where(PrintJob.id == bindparam("job"))
_REPEATS = _LINES.where(PrintJob.of_id == bindparam("job")).order_by(PrintJob.id)
_LATEST_OF = select(func.max(PrintJob.id)).where(PrintJob.run_id == bindparam("run"))
_DEPARTMENTS = (
    select(PrintedSheet.department).where(PrintedSheet.print_job_id == bindparam("job")).order_by(PrintedSheet.position)
)
_SHEETS = (
    select(
        PrintedSheet.position, PrintedSheet.certificate_id, Certificate.run_id, PrintedSheet.copy,
        PrintedSheet.department,
        Certificate.state, func.coalesce(Person.employee_no, ""), Certificate.facts,
    )
    .join(Certificate, Certificate.id == PrintedSheet.certificate_id)
    .join(Person, Person.id == Certificate.person_id)
    .where(
        PrintedSheet.print_job_id == bindparam("job"),
        PrintedSheet.position.between(bindparam("first"), bindparam("last")),
    )
    .order_by(PrintedSheet.position)
)  # fmt: skip
_UNPRINTED = (
    select(Run.id, Course.title, Run.year, Run.number, Run.ends_on, func.count())
    .select_from(Certificate)
    .join(Run, Run.id == Certificate.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(in_force(), ~exists().where(PrintedSheet.certificate_id == Certificate.id))
    .group_by(Run.id, Course.title, Run.year, Run.number, Run.ends_on)
    .order_by(Run.ends_on.desc(), Run.id.desc())
    .limit(_MANY)
)
