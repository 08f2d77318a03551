"""Who has which skill: the people of a unit by subjects, or of one subject by the skills of its checklist."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import below
from courses.scheduling.models import Run, RunState
from courses.workplace.models import Skill, SkillSign
from courses.workplace.planning import subjects
from courses.workplace.skills import checklist_of


class Cell(enum.IntEnum):
    """How far somebody has come; the most counts."""

    NONE = 0
    BEGUN = 1  # in a run that is not closed; signed, and not yet confirmed
    HAS = 2  # completed; signed and confirmed


@dataclass(frozen=True, slots=True)
class Column:
    """A subject, or a skill of one. `has`: how many of the people have it."""

    id: int
    title: str
    group: str
    has: int


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody of the unit with a cell for each column (as a byte each, since there are thousands)."""

    person_id: int
    name: str
    unit: str
    grade: str
    marks: bytes

    @property
    def cells(self) -> tuple[Cell, ...]:
        """One for each column."""
        return tuple(Cell(mark) for mark in self.marks)

    @property
    def has(self) -> int:
        """How many they have."""
        return self.marks.count(Cell.HAS)


@dataclass(frozen=True)
class Matrix:
    """People in official order by columns."""

    columns: list[Column]
    lines: list[Line]

    @property
    def gaps(self) -> list[tuple[Column, int]]:
        """The columns that some have and some lack, with how many do, the largest gap first."""
        open_ = [(one, len(self.lines) - one.has) for one in self.columns if one.has]
        return sorted((pair for pair in open_ if pair[1]), key=lambda pair: -pair[1])

    @property
    def nobody(self) -> list[Column]:
        """The columns that nobody has."""
        return [one for one in self.columns if not one.has] if self.lines else []


def of_subjects(db: Session, unit_id: int) -> Matrix:
    """The people of a unit (and below) by all subjects that are offered. Three statements."""
    asked = {"unit_id": unit_id, "today": clock.today()}
    offered = [(one.id, one.title, one.area or "") for one in subjects(db) if one.offered]
    return _matrix(db, asked, offered, rows(db, _COURSES, asked).all())


def of_skills(db: Session, unit_id: int, course_id: int) -> Matrix:
    """The people of a unit (and below) by the skills that a subject has now. Three statements."""
    asked = {"unit_id": unit_id, "today": clock.today(), "course_id": course_id}
    skills = [(one.first_id or one.id, one.title, "") for one in checklist_of(db, course_id)]
    return _matrix(db, asked, skills, rows(db, _SKILLS, asked).all())


def _matrix(db: Session, asked: dict[str, Any], things: Sequence[tuple[int, str, str]], known: Iterable[Any]) -> Matrix:
    """`known`: of each person the ids of what they have, and with a minus of what they have begun, with commas."""
    cells = {f"{sign}{id_}": (place, cell) for place, (id_, _, _) in enumerate(things) for sign, cell in _SIGNS}
    marks = {row[0]: _marks(row[1], cells, len(things)) for row in known}
    nothing = bytes(len(things))
    lines = [Line(one[0], one[1], one[2], one[3], marks.get(one[0], nothing)) for one in rows(db, _PEOPLE, asked)]
    counts = [column.count(Cell.HAS) for column in zip(*(line.marks for line in lines), strict=True)]
    counts = counts or [0] * len(things)
    return Matrix([Column(*thing, has) for thing, has in zip(things, counts, strict=True)], lines)


def _marks(ids: str, cells: Mapping[str, tuple[int, int]], width: int) -> bytes:
    marks = bytearray(width)
    for id_ in ids.split(","):
        if id_ in cells:
            place, mark = cells[id_]
            if marks[place] < mark:
                marks[place] = mark
    return bytes(marks)


def _ids_of(thing: Any, has: ColumnElement[bool]) -> Any:
    """SQL: the ids with commas, with a minus where it does not hold: one row a person instead of thousands."""
    return func.aggregate_strings(cast(case((has, thing), else_=-thing), String), ",")


_SIGNS = (("", int(Cell.HAS)), ("-", int(Cell.BEGUN)))

# Built once: that costs more than running them.

_TODAY = bindparam("today", type_=Date)
_HERE = select(Posting.person_id).where(
    Posting.on(_TODAY), Posting.unit_id.in_(select(below(bindparam("unit_id", type_=KEY)).c.id))
)
_PEOPLE: Select[*tuple[Any, ...]] = (
    select(Person.id, Person.name, OrgUnit.name.label("unit"), Posting.grade)
    .join(Posting, and_(Posting.person_id == Person.id, Posting.on(_TODAY)))
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(Person.id.in_(_HERE), Person.active_on(_TODAY))
    .order_by(OrgUnit.position, Person.name, Person.id)
)
_COURSES: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.person_id,
        _ids_of(Run.course_id, Enrolment.outcome.is_not(None)),
    )
    .join(Run, Run.id == Enrolment.run_id)
    .where(
        Run.course_id.in_(select(Course.id).where(Course.kind == Kind.WORKPLACE)),
        Enrolment.status == Status.ENROLLED,
        (Enrolment.outcome == Outcome.COMPLETED) | and_(Run.state == RunState.PUBLISHED, Enrolment.outcome.is_(None)),
        Enrolment.person_id.in_(_HERE),
    )
    .group_by(Enrolment.person_id)
)
_SKILLS: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.person_id,
        _ids_of(func.coalesce(Skill.first_id, Skill.id), SkillSign.confirmed_at.is_not(None)),
    )
    .join(SkillSign, SkillSign.enrolment_id == Enrolment.id)
    .join(Skill, Skill.id == SkillSign.skill_id)
    .where(
        Skill.course_id == bindparam("course_id", type_=KEY),
        Enrolment.status == Status.ENROLLED,
        Enrolment.person_id.in_(_HERE),
    )
    .group_by(Enrolment.person_id)
)
