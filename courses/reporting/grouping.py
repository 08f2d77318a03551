"""The places that a question counts, grouped by line and column.

Places of closed runs that are judged keep unit, grade and service: all that is asked of them stands in one index. Only
for the others, which are few, is it looked up where their people serve.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, union_all
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.enrolment.models import Enrolment
from courses.reporting.dimensions import KEYS, UNITS, Base, across_dimension, in_lines, keyed
from courses.reporting.measures import PLACES, counted
from courses.reporting.places import Kept, Places
from courses.reporting.question import Dimension, Filters, Question
from courses.reporting.summaries import open_or_of
from courses.reporting.tallies import Group, read
from courses.scheduling.models import Run, RunState


def grouped(db: Session, question: Question, asked: Filters) -> Iterator[Group]:
    """All places that count; as known now those that keep what is asked are read apart, in the same statement.

    By unit first, where lines are units: the tree is climbed once for each of them, not for each place.
    """
    by, across, places = question.by, across_dimension(question.across), Places(asked)
    if places.is_past:
        return some(db, question, asked)
    unjudged = _places(places, by, across).where(Run.state == RunState.CLOSED, Enrolment.outcome.is_(None))
    others = _places(places, by, across).where(open_or_of([])), unjudged
    groups = counted(union_all(_places(Kept(asked), by, across), *others))
    return read(db, in_lines(groups, by, asked) if by in UNITS else groups, PLACES)


def _places(places: Places, by: Dimension, across: Dimension | None) -> Select[Any]:
    """SQL: what `counted` reads of each place, with its line (a unit as such) and its column."""
    key = places.unit if by in UNITS else KEYS[by](places)
    return places.select(*_columns(places), key.label("key"), *_across(places, across))


def some(db: Session, question: Question, asked: Filters, *only: ColumnElement[bool]) -> Iterator[Group]:
    """Of the places that count those for which this holds."""
    places = Places(asked)
    statement = of_columns(places, question.by, across_dimension(question.across), *_columns(places))
    return read(db, counted(statement.where(*only)), PLACES)


def of_columns(base: Base, by: Dimension, across: Dimension | None, *columns: Any) -> Select[Any]:
    """SQL: these columns of what counts, with its line and its column."""
    return keyed(base, by, *columns, *_across(base, across))


def _across(base: Base, across: Dimension | None) -> list[Any]:
    return [KEYS[across](base).label("across")] if across else []


def _columns(places: Places) -> tuple[Any, ...]:
    recognised = RECOGNISED.label("recognised")
    return Enrolment.person_id, places.outcome.label("outcome"), Course.minutes, recognised
