"""Courses to look through and to choose from."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Area, Course, Kind, Level
from courses.db import choice, rows
from courses.text import asks_for_initials, initials, like, search_key

PAGE = 50
_HOUR = 60
T = TypeVar("T")


class Offer(enum.StrEnum):
    """Whether runs of a course can be planned."""

    OFFERED = "offered"
    DRAFT = "draft"
    RETIRED = "retired"


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


def courses(db: Session, wanted: Wanted) -> Sequence[Course]:
    """The courses with their areas, by kind and code."""
    return db.scalars(_narrowed(db, _COURSES, wanted), _asked(wanted)).all()


def listed(db: Session, wanted: Wanted, page: int) -> Sequence[Row[Any]]:
    """A page of PAGE of them: the columns of the list, with the name of the `area`, the `offer`, and the `total`."""
    return rows(db, _narrowed(db, _LISTED, wanted), {**_asked(wanted), "from": PAGE * (page - 1)}).all()


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {
        "kinds": wanted.kinds or tuple(Kind),
        "levels": wanted.levels or tuple(Level),
        "offers": wanted.offers or tuple(Offer),
    }


def _narrowed(db: Session, statement: Select[T], wanted: Wanted) -> Select[T]:
    """Courses that mention the words and are in the areas; those outer joined with their areas."""
    found = [mentions(db, word) for word in search_key(wanted.words).split()]
    if wanted.areas:
        found.append(Course.area_id.in_(wanted.areas))
    return statement.where(*found) if found else statement


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


def areas(db: Session) -> Sequence[Row[Any]]:
    """Id and name of all areas, in their order."""
    return rows(db, _AREAS).all()


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


def _offer() -> ColumnElement[Offer]:
    offered, draft, retired = (literal(one, choice(Offer)) for one in Offer)
    return case((Course.retired_on.is_not(None), retired), (Course.draft, draft), else_=offered)


OFFER = _offer()
"""SQL: the offer of a course."""
_FITS = (
    Course.kind.in_(bindparam("kinds", expanding=True)),
    Course.level.in_(bindparam("levels", expanding=True)),
    OFFER.in_(bindparam("offers", expanding=True)),
)
_ORDER = (case({kind: position for position, kind in enumerate(Kind)}, value=Course.kind), Course.code)
_COURSES = (
    select(Course)
    .outerjoin(Area, Area.id == Course.area_id)
    .options(joinedload(Course.area))
    .where(*_FITS)
    .order_by(*_ORDER)
)
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Course.id, Course.code, Course.title, Course.kind, Course.level, Course.minutes, Course.capacity,
        Course.mandatory, Area.name.label("area"), OFFER.label("offer"), func.count().over().label("total"),
    )
    .outerjoin(Area, Area.id == Course.area_id)
    .where(*_FITS)
    .order_by(*_ORDER)
    .limit(PAGE)
    .offset(bindparam("from", type_=Integer))
)  # fmt: skip
_AREAS = select(Area.id, Area.name).order_by(Area.position, Area.id)
