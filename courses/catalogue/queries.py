"""Courses to look through and to choose from."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Area, Course, Kind, Level
from courses.text import asks_for_initials, initials, like, search_key

PAGE = 50
_HOUR = 60


class Offer(enum.StrEnum):
    """Whether runs of a course can be planned."""

    OFFERED = "offered"
    DRAFT = "draft"
    RETIRED = "retired"


_IS: dict[Offer, ColumnElement[bool]] = {
    Offer.OFFERED: and_(Course.retired_on.is_(None), Course.draft.is_(False)),
    Offer.DRAFT: and_(Course.retired_on.is_(None), Course.draft.is_(True)),
    Offer.RETIRED: Course.retired_on.is_not(None),
}


RECOGNISED = func.coalesce(Course.recognised_minutes, Course.minutes)
"""SQL: the minutes of a course that count toward the yearly target (인정시간)."""


@dataclass(frozen=True)
class Wanted:
    """Which courses; what is empty does not narrow them. `areas` are ids."""

    words: str = ""
    kinds: tuple[Kind, ...] = ()
    levels: tuple[Level, ...] = ()
    areas: tuple[int, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Wanted()


def offer_of(course: Course) -> Offer:
    """Whether runs of the course can be planned."""
    if course.retired_on:
        return Offer.RETIRED
    return Offer.DRAFT if course.draft else Offer.OFFERED


def courses(db: Session, wanted: Wanted, page: int | None = None) -> Sequence[Course]:
    """The courses with their areas, by kind and code: all of them, or a page of PAGE."""
    order = case({kind: position for position, kind in enumerate(Kind)}, value=Course.kind)
    statement = (
        select(Course)
        .outerjoin(Area, Area.id == Course.area_id)
        .options(joinedload(Course.area))
        .where(*_conditions(db, wanted))
        .order_by(order, Course.code)
    )
    if page is not None:
        statement = statement.limit(PAGE).offset(PAGE * (page - 1))
    return db.scalars(statement).all()


def number_of(db: Session, wanted: Wanted) -> int:
    """How many courses there are over all pages."""
    counted = select(func.count(Course.id)).outerjoin(Area, Area.id == Course.area_id)
    return db.scalars(counted.where(*_conditions(db, wanted))).one()


def _conditions(db: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    """SQL on courses outer joined with their areas."""
    found = [mentions(db, word) for word in search_key(wanted.words).split()]
    found += [
        column.in_(values)
        for column, values in (
            (Course.kind, wanted.kinds),
            (Course.level, wanted.levels),
            (Course.area_id, wanted.areas),
        )
        if values
    ]
    if wanted.offers:
        found.append(or_(*(_IS[offer] for offer in wanted.offers)))
    return found


def mentions(db: Session, word: str) -> ColumnElement[bool]:
    """SQL on courses outer joined with their areas: title, code or area hold a word of a search (by `search_key`).

    Initial consonants ('ㅇㅅ') are looked for among the titles'.
    """
    if asks_for_initials(word):
        sought = initials(word)
        titles = db.execute(select(Course.id, Course.title)).all()
        return Course.id.in_([row.id for row in titles if sought in initials(row.title)])
    pattern = f"%{like(word)}%"
    columns = (Course.title, Course.code, Area.name)
    return or_(*(func.lower(column).like(pattern, escape="\\") for column in columns))


def areas(db: Session) -> Sequence[Area]:
    """All areas, in their order."""
    return db.scalars(select(Area).order_by(Area.position, Area.id)).all()


def minutes_in_class(course: Course) -> int:
    """The credited minutes of a course (subjects loaded) that are taught in class: of a blended one its class part."""
    if course.kind is Kind.BLENDED:
        return sum(subject.minutes for subject in course.subjects if subject.kind is Kind.CLASSROOM)
    return 0 if course.kind is Kind.CYBER else course.minutes


def subjects_in_class(course: Course) -> list[tuple[str, int]]:
    """(title, credited minutes) of what a course (subjects loaded) teaches in class, in order."""
    return [(one.title, one.minutes) for one in course.subjects if one.kind is not Kind.CYBER]


def hours_of(minutes: int) -> int | float:
    """Hours as people and files write them: 7, or 1.5."""
    return minutes / _HOUR if minutes % _HOUR else minutes // _HOUR
