"""Courses, added and changed by hand (the file of all courses comes in through `exchange`)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.areas import area_named
from courses.catalogue.models import Course, Kind, Level, Subject
from courses.catalogue.queries import hours_of
from courses.catalogue.targets import require_before, required_ids
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.text import Text, text

_HOUR = 60
PARTS = (Kind.CLASSROOM, Kind.CYBER)
"""What a blended course consists of."""


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """A part of a course. `kind` counts in a blended course only: elsewhere it is the course's."""

    title: str
    hours: int
    kind: Kind = Kind.CLASSROOM


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What a course is to be. `area` by name, for workplace courses; `policy` is the name of a pack.

    `recognised_hours` None: as many as it has. A `draft` need not be complete. Whom it is for: `grades`, `services` and
    units as in `Course`, and `required_ids`, the courses to be completed before.
    """

    code: str
    title: str
    kind: Kind
    level: Level
    hours: int
    capacity: int | None = None
    scored: bool = False
    area: str = ""
    recognised_hours: int | None = None
    mandatory: bool = False
    policy: str = "plain"
    description: str = ""
    audience: str = ""
    title_en: str = ""
    subjects: tuple[SubjectPlan, ...] = ()
    draft: bool = False
    grades: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    unit_ids: tuple[int, ...] = ()
    required_ids: tuple[int, ...] = ()


class Incomplete(Refused):
    """A course that is to be offered lacks something. `missing` says what."""

    def __init__(self, lacking: list[Text]) -> None:
        super().__init__(lacking[0], code="incomplete")
        self.missing = lacking


def add(db: Session, actor_id: int | None, wanted: CoursePlan) -> Course:
    """A new course. Raises `Refused` when the code is in use, a workplace course has no area, or it is `Incomplete`."""
    course = Course(subjects=[])
    _fill(db, course, wanted)
    db.add(course)
    db.flush()
    require_before(db, course, wanted.required_ids)
    record(db, actor_id, Changed("course", course.id, {}, _plain(db, course)))
    return course


def change(db: Session, actor_id: int | None, course: Course, wanted: CoursePlan, *, has_runs: bool) -> None:
    """Make a course (its subjects loaded) what is wanted; whether it is a draft stays as it is.

    With runs it keeps its kind, or the figures of past years would change.
    """
    if has_runs and wanted.kind is not course.kind:
        raise Refused(text("The course has runs already, so its kind stays as it is"), code="kind")
    before, draft = _plain(db, course), course.draft
    _fill(db, course, wanted, draft=draft)
    db.flush()
    require_before(db, course, wanted.required_ids)
    record_change(db, actor_id, "course", course.id, before, _plain(db, course))


def duplicate(db: Session, actor_id: int, course: Course, title: str) -> Course:
    """A draft like a course (its subjects loaded), under another title and the next free code."""
    columns = ("kind", "level", "area_id", "minutes", "recognised_minutes", "capacity", "scored", "mandatory")
    words = ("policy", "description", "audience", "for_grades", "for_services", "for_units")
    copy = Course(
        code=_free_code(db, course.code),
        title=title,
        draft=True,
        subjects=[Subject(number=s.number, title=s.title, kind=s.kind, minutes=s.minutes) for s in course.subjects],
        **{name: getattr(course, name) for name in (*columns, *words)},
    )
    db.add(copy)
    db.flush()
    require_before(db, copy, required_ids(db, course.id))
    record(db, actor_id, Changed("course", copy.id, {}, _plain(db, copy)))
    return copy


def publish(db: Session, actor_id: int, course: Course) -> None:
    """From now on runs of the draft (its subjects loaded) can be planned. Raises `Incomplete` with what is missing."""
    before = _plain(db, course)
    lacking = missing(course)
    if lacking:
        raise Incomplete(lacking)
    course.draft = False
    db.flush()
    record_change(db, actor_id, "course", course.id, before, _plain(db, course))


def retire(db: Session, actor_id: int, course: Course) -> None:
    """No new runs from today on; those that are planned take place."""
    before = _plain(db, course)
    course.retired_on = course.retired_on or clock.today()
    db.flush()
    record_change(db, actor_id, "course", course.id, before, _plain(db, course))


def take_back(db: Session, actor_id: int, course: Course) -> None:
    """Offer a retired course again."""
    before = _plain(db, course)
    course.retired_on = None
    db.flush()
    record_change(db, actor_id, "course", course.id, before, _plain(db, course))


def missing(course: Course) -> list[Text]:
    """What a course (its subjects loaded) lacks to be offered; empty when it is complete."""
    found = []
    if course.kind is Kind.BLENDED and {subject.kind for subject in course.subjects} != set(PARTS):
        found.append(text("A blended course needs subjects of both kinds, classroom and cyber"))
    total = sum(subject.minutes for subject in course.subjects)
    if course.subjects and total != course.minutes:
        found.append(
            text(
                "The subjects come to %(total)s hours and the course has %(hours)s: make them the same",
                total=hours_of(total),
                hours=hours_of(course.minutes),
            )
        )
    return found


def _fill(db: Session, course: Course, wanted: CoursePlan, *, draft: bool | None = None) -> None:
    with db.no_autoflush:  # a new course is not complete yet
        _require_own_code(db, course, wanted.code)
        course.area_id = _area_id(db, wanted)
    course.code, course.title, course.kind, course.level = wanted.code, wanted.title, wanted.kind, wanted.level
    course.minutes, course.capacity, course.scored = wanted.hours * _HOUR, wanted.capacity, wanted.scored
    course.recognised_minutes = None if wanted.recognised_hours is None else wanted.recognised_hours * _HOUR
    course.mandatory, course.policy = wanted.mandatory, wanted.policy
    course.description, course.audience = wanted.description, wanted.audience
    course.title_en = wanted.title_en
    course.for_grades, course.for_services = list(wanted.grades), list(wanted.services)
    course.for_units = list(wanted.unit_ids)
    course.draft = wanted.draft if draft is None else draft
    _fill_subjects(db, course, wanted)
    if not course.draft and (lacking := missing(course)):
        raise Incomplete(lacking)


def _fill_subjects(db: Session, course: Course, wanted: CoursePlan) -> None:
    """Row by row, so that no two have a number at once."""
    with db.no_autoflush:
        while len(course.subjects) > len(wanted.subjects):
            course.subjects.pop()
        for number, plan in enumerate(wanted.subjects, 1):
            if number > len(course.subjects):
                course.subjects.append(Subject(number=number))
            subject = course.subjects[number - 1]
            subject.title, subject.minutes = plan.title, plan.hours * _HOUR
            subject.kind = plan.kind if wanted.kind is Kind.BLENDED else wanted.kind


def _require_own_code(db: Session, course: Course, code: str) -> None:
    other = db.scalar(select(Course.title).where(Course.code == code, Course.id != (course.id or 0)))
    if other:
        raise Refused(text("‘%(title)s’ has this code already", title=other), code="code")


def _free_code(db: Session, code: str) -> str:
    stem = code[:36]
    taken = set(db.scalars(select(Course.code).where(Course.code.startswith(stem, autoescape=True))))
    return next(free for n in count(2) if (free := f"{stem}-{n}") not in taken)


def _area_id(db: Session, wanted: CoursePlan) -> int | None:
    """The area of that name, added behind the others when there is none."""
    if wanted.kind is not Kind.WORKPLACE:
        return None
    if not wanted.area:
        raise Refused(text("A workplace course belongs to an area"), code="area")
    return area_named(db, wanted.area).id


def _plain(db: Session, course: Course) -> dict[str, Any]:
    names = (
        "code", "title", "kind", "level", "area_id", "minutes", "recognised_minutes", "capacity", "scored",
        "mandatory", "policy", "description", "audience", "title_en", "draft", "for_grades",
        "for_services", "for_units",
    )  # fmt: skip
    retired = course.retired_on.isoformat() if course.retired_on else None
    subjects = [[subject.title, subject.kind, subject.minutes] for subject in course.subjects]
    others = {"retired_on": retired, "subjects": subjects, "required": required_ids(db, course.id)}
    return {name: getattr(course, name) for name in names} | others
