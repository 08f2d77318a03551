"""The completion register (수료대장): who completed what, in how many hours, and which number certifies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from courses import paging
from courses.catalogue.models import Course, Kind
from courses.catalogue.queries import RECOGNISED
from courses.certificates.models import Certificate, CertificateState
from courses.db import rows
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import OrgUnit, Person
from courses.people.queries import matches
from courses.scheduling.models import Run, RunState
from courses.text import search_key


@dataclass(frozen=True)
class Sought:
    """Which lines; what is not said does not narrow them. `outcome` None: everybody who has one."""

    words: str = ""
    year: int | None = None
    kind: Kind | None = None
    run_id: int | None = None
    outcome: Outcome | None = Outcome.COMPLETED


class Line(NamedTuple):
    """A place with its outcome. `minutes` are the course's, `recognised` those that count, both 0 if not completed."""

    id: int
    run_id: int
    person_id: int
    title: str
    kind: Kind
    year: int
    run_number: int
    starts_on: date
    ends_on: date
    name: str
    employee_no: str
    unit: str
    grade: str
    outcome: Outcome
    minutes: int
    recognised: int
    certificate_id: int | None
    certificate: str
    state: CertificateState | None


class Count(NamedTuple):
    """How many lines, and how many of them completed: with a certificate in force, with a revoked one, with none."""

    lines: int
    completed: int
    certified: int
    revoked: int
    without: int
    minutes: int


def page(db: Session, sought: Sought, before: int | None = None) -> tuple[list[Line], bool]:
    """A page of lines, the latest places first, and whether there are more."""
    found, more = paging.page(db, _paged(sought), before)
    return [Line._make(row) for row in found], more


def everything(db: Session, sought: Sought) -> Iterator[Line]:
    """All of them as they stand on paper: by last day and run, in official order of the units, then by name."""
    order = (Run.ends_on, Run.id, OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id)
    yield from map(Line._make, rows(db, _lines(sought).order_by(*order)))


def count(db: Session, sought: Sought) -> Count:
    """The figures of all lines together."""
    return Count._make(int(figure or 0) for figure in rows(db, _counted(sought)).one())


def years(db: Session) -> list[int]:
    """The years that have lines, the latest first."""
    return list(rows(db, _YEARS).scalars())


_DONE = Enrolment.outcome == Outcome.COMPLETED
_LAST = and_(Certificate.enrolment_id == Enrolment.id, Certificate.state != CertificateState.SUPERSEDED)
"""SQL: what became of a certificate's number last."""


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    return (
        statement.select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(OrgUnit, OrgUnit.id == Enrolment.unit_id)
        .outerjoin(Certificate, _LAST)
        .where(Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)), Enrolment.status == Status.ENROLLED)
    )


def _lines(sought: Sought) -> Select[Any]:
    number = func.coalesce(Certificate.facts["number"].as_string(), "")
    return _joined(
        select(
            Enrolment.id, Run.id, Person.id, Course.title, Course.kind, Run.year, Run.number, Run.starts_on,
            Run.ends_on, Person.name, func.coalesce(Person.employee_no, ""),
            func.coalesce(OrgUnit.path, Person.institution), Enrolment.grade, Enrolment.outcome,
            case((_DONE, Course.minutes), else_=0), case((_DONE, RECOGNISED), else_=0),
            Certificate.id, number, Certificate.state,
        )
    ).where(*_conditions(sought))  # fmt: skip


@lru_cache
def _paged(sought: Sought) -> Select[Any]:
    return paging.latest(_lines(sought), Enrolment.id)


@lru_cache
def _counted(sought: Sought) -> Select[Any]:
    state = Certificate.state
    figures = (
        Enrolment.id.is_not(None),
        _DONE,
        and_(_DONE, state == CertificateState.VALID),
        and_(_DONE, state == CertificateState.REVOKED),
        and_(_DONE, state.is_(None)),
    )
    sums = (func.sum(case((figure, 1), else_=0)) for figure in figures)
    minutes = func.sum(case((_DONE, Course.minutes), else_=0))
    return _joined(select(*sums, minutes)).where(*_conditions(sought))


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield Enrolment.outcome.is_not(None) if sought.outcome is None else Enrolment.outcome == sought.outcome
    if sought.year is not None:
        yield Run.year == sought.year
    if sought.kind is not None:
        yield Course.kind == sought.kind
    if sought.run_id is not None:
        yield Run.id == sought.run_id
    for word in search_key(sought.words).split(" "):
        if word:
            yield matches(word)


_YEARS = select(Run.year).where(Run.state == RunState.CLOSED).distinct().order_by(Run.year.desc())
