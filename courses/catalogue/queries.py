"""Courses to look through and to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Area, Course, Kind
from courses.text import like, search_key


def courses(db: Session, words: str = "", *, retired: bool = True) -> Sequence[Course]:
    """All courses with their areas, by kind and code; `words` are looked for in title, code and area."""
    order = case({kind: position for position, kind in enumerate(Kind)}, value=Course.kind)
    statement = select(Course).outerjoin(Area).options(joinedload(Course.area)).order_by(order, Course.code)
    for word in search_key(words).split():
        pattern = f"%{like(word)}%"
        columns = (Course.title, Course.code, Area.name)
        statement = statement.where(or_(*(func.lower(column).like(pattern, escape="\\") for column in columns)))
    if not retired:
        statement = statement.where(Course.retired_on.is_(None))
    return db.scalars(statement).all()


def areas(db: Session) -> list[str]:
    """The names of all areas, in their order."""
    return list(db.scalars(select(Area.name).order_by(Area.position)))
