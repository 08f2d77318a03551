"""What if a threshold were another one: who would flip in runs that are closed. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course, Kind
from courses.completion.facts import Facts
from courses.completion.flips import Case, Flips, flips
from courses.completion.models import Judgement
from courses.completion.policy import Policy, Rules, titled
from courses.completion.queries import Member
from courses.db import rows
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run, RunState


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Other numbers, each None: as the run's own pack says. Hundredths of a percent or of a point; marks an absence.

    A rule that a pack has switched off for a kind stays off.
    """

    attendance: int | None = None
    score: int | None = None
    progress: int | None = None
    lateness: int | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) is not None for one in fields(self))

    def applied(self, policy: Policy) -> Policy:
        """The pack with these numbers instead."""
        kinds = {kind: self._to(rules) for kind, rules in policy.kinds.items()}
        return replace(policy, site=self._to(policy.site), kinds=kinds)

    def _to(self, rules: Rules) -> Rules:
        changed: dict[str, Any] = {}
        for name in ("attendance", "progress", "score"):
            rule, wanted = getattr(rules, name), getattr(self, name)
            if wanted is not None and rule.minimum:
                changed[name] = replace(rule, minimum=wanted)
        if self.lateness is not None:
            changed["lateness"] = replace(rules.lateness, marks_per_absence=self.lateness)
        return replace(rules, **changed)


@dataclass(frozen=True, slots=True)
class Which:
    """The closed runs asked about: one run, or those of a year, perhaps of one course or one kind of course."""

    run_id: int | None = None
    year: int | None = None
    course_id: int | None = None
    kind: Kind | None = None

    def conditions(self) -> list[Any]:
        """SQL: those runs."""
        asked = {Run.id: self.run_id, Run.year: self.year, Run.course_id: self.course_id, Course.kind: self.kind}
        return [
            Run.state == RunState.CLOSED,
            *(column == value for column, value in asked.items() if value is not None),
        ]


def size(db: Session, which: Which) -> tuple[int, int]:
    """How many runs and places that would be."""
    found = select(func.count(Run.id), func.coalesce(func.sum(Run.taken), 0)).join(Run.course)
    runs, places = db.execute(found.where(*which.conditions())).one()
    return runs, places


def what_if(db: Session, which: Which, thresholds: Thresholds) -> Flips:
    """Who would flip, in official order, then by name; with how many of each outcome there are before and after.

    Everybody is judged by the facts stored when the run was closed and the pack it was closed under; whose pack's file
    is gone is left out. One statement.
    """
    return flips(_cases(db, which, thresholds), closed=True)


def _cases(db: Session, which: Which, thresholds: Thresholds) -> Iterator[Case]:
    changed: dict[str, Policy | None] = {}
    for row in rows(db, _PLACES.where(*which.conditions()).execution_options(yield_per=1000)):
        if row.policy not in changed:
            policy = titled(row.policy)
            changed[row.policy] = thresholds.applied(policy) if policy else None
        if other := changed[row.policy]:
            yield Case(_member(row), str(row.outcome), Facts.from_json(row.facts), other, row.title, row.number)


def _member(row: Row[Any]) -> Member:
    unit, number = row.path or row.institution, row.employee_no or ""
    return Member(
        row.id, row.person_id, row.name, number, row.unit_id, unit, row.grade or "", row.service or "", row.outcome
    )


# Built once: that costs more than running it.

_PLACES: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id, Enrolment.person_id, Enrolment.outcome, Enrolment.unit_id, Enrolment.grade, Enrolment.service,
        Person.name, Person.employee_no, Person.institution, OrgUnit.path,
        Judgement.policy, Judgement.facts, Course.title, Run.number,
    )
    .join(Judgement, Judgement.enrolment_id == Enrolment.id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(OrgUnit, OrgUnit.id == Enrolment.unit_id)
    .where(Enrolment.status == Status.ENROLLED, Enrolment.outcome.is_not(None))
    .order_by(OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id)
)  # fmt: skip
