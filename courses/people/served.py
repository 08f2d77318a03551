"""Which grades and services there are among those who serve."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from courses.db import rows
from courses.people.models import Posting


def grades_and_services(db: Session) -> tuple[list[str], list[str]]:
    """Every grade somebody serves in and every service somebody belongs to, each sorted as text."""
    found = [(which, value) for which, value in rows(db, _both()).all()]
    return sorted(value for which, value in found if which == 0), sorted(value for which, value in found if which == 1)


@cache
def _both() -> Any:
    return _served(0, Posting.grade).union_all(_served(1, Posting.service))


def _served(which: int, column: InstrumentedAttribute[str]) -> Select[Any]:
    """SQL: the different values of postings without an end, none empty, each beside `which`.

    Each is found from the one before it in the index that begins with the column: a few steps, however many serve.
    """
    later = aliased(Posting)
    value = getattr(later, column.key)
    first = select(func.min(column).label("value")).where(column > "").cte(f"different_{column.key}", recursive=True)
    following = select(func.min(value)).where(value > first.c.value).scalar_subquery()
    one = first.union(select(following).where(first.c.value.is_not(None)))
    serving = select(Posting.id).where(column == one.c.value, Posting.until_on.is_(None)).correlate(one).exists()
    return select(literal(which), one.c.value).where(one.c.value.is_not(None), serving)
