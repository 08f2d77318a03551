"""Conditions on runs that several lists ask for, in SQL."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_

from courses.scheduling.models import Run
from courses.text import asks_for_initials, initials, like


def mentions(word: str) -> ColumnElement[bool]:
    """SQL: title, instructor or place hold the word; initial consonants ('ㅇㅅ') are looked for among initials."""
    if asks_for_initials(word):
        return Run.search_initials.like(f"%{like(initials(word))}%", escape="\\")
    return Run.search_text.like(f"%{like(word)}%", escape="\\")


def takes_applications(
    now: datetime | ColumnElement[datetime], today: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """SQL: the window is open and class has not begun (cyber runs, without class days, are entered until they end)."""
    return and_(
        or_(Run.apply_from.is_(None), Run.apply_from <= now),
        or_(Run.apply_until.is_(None), Run.apply_until > now),
        or_(Run.days == 0, Run.starts_on > today),
    )
