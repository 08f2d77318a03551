"""Who completed a closed run and has no certificate: found across runs, for issuing to several at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Course, Kind
from courses.certificates.candidates import Candidate, candidates_among, candidates_of, completed_by
from courses.certificates.models import Certificate
from courses.db import KEY
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import Person
from courses.people.queries import matches
from courses.scheduling.models import Run, RunState
from courses.text import like, search_key

MOST = 500
"""Certificates that are looked at, and issued, at once."""


@dataclass(frozen=True)
class Filter:
    """Whose certificates; what is not said does not narrow them. The days are those on which runs ended."""

    person: str = ""
    course: str = ""
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Waiting:
    """`total` people in all; the first of them as candidates, by the last days of the `runs` (id → run)."""

    total: int
    candidates: list[Candidate]
    runs: dict[int, Run]


def waiting(db: Session, wanted: Filter, verify_url: str) -> Waiting:
    """The first `MOST` that fit, with all that stands in the way of their certificates."""
    total = db.scalar(_open(wanted).with_only_columns(func.count())) or 0
    order = (Run.ends_on, Run.id, Enrolment.id)
    found = db.execute(_open(wanted).order_by(*order).limit(MOST)).all()
    only = {row.id for row in found}
    runs = _runs(db, {row.run_id for row in found})
    return Waiting(total, candidates_of(db, list(runs.values()), verify_url, only=only), runs)


def of_person(db: Session, person_id: int, verify_url: str) -> Waiting:
    """All that somebody completed without getting a certificate, of whatever year."""
    found = completed_by(db, person_id)
    runs = _runs(db, {row.run_id for row in found})
    listed = candidates_among(db, list(runs.values()), found, verify_url) if found else []
    return Waiting(len(listed), listed, runs)


def _runs(db: Session, ids: set[int]) -> dict[int, Run]:
    """By their last days, each with its course."""
    return {run.id: run for run in db.scalars(_RUNS, {"runs": list(ids)})} if ids else {}


def _open(wanted: Filter) -> Select[int, int]:
    return _OPEN.where(*_conditions(wanted))


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    for word in search_key(wanted.person).split(" "):
        if word:
            yield matches(word)
    if title := wanted.course.strip():
        yield or_(Course.title.ilike(f"%{like(title)}%", escape="\\"), Course.code.ilike(title))
    if wanted.kind is not None:
        yield Course.kind == wanted.kind
    if wanted.first is not None:
        yield Run.ends_on >= wanted.first
    if wanted.last is not None:
        yield Run.ends_on <= wanted.last


_OPEN = (
    select(Enrolment.id, Enrolment.run_id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        Run.state == RunState.CLOSED,
        Enrolment.status == Status.ENROLLED,
        Enrolment.outcome == Outcome.COMPLETED,
        ~exists().where(Certificate.enrolment_id == Enrolment.id),
    )
)
_RUNS = (
    select(Run)
    .where(Run.id.in_(bindparam("runs", type_=KEY, expanding=True)))
    .options(joinedload(Run.course))
    .order_by(Run.ends_on, Run.id)
)
