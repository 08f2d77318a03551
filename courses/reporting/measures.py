"""What a report counts: each measure with its heading, what it means, and the places behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    case,
    cast,
    distinct,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from courses.enrolment.models import Outcome
from courses.reporting.question import Measure
from courses.reporting.report import Cell, Form
from courses.text import Text, text


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of places and, last, of duties. Minutes are credited ones, of completions only."""

    places: int = 0
    judged: int = 0
    completions: int = 0
    persons: int = 0
    absent: int = 0
    minutes: int = 0
    recognised: int = 0
    must: int = 0
    must_done: int = 0

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Figures:
        """The figures in a row of `counted`, completed by zeros."""
        return cls(**{field.name: int(row[field.name] or 0) for field in fields(cls) if field.name in row})


@dataclass(frozen=True)
class Meaning:
    """How a measure is shown and explained. `behind`: the outcomes of the places it counts, None being no outcome yet.

    A rate has no rows behind it (`behind` is None).
    """

    heading: Text
    says: Text
    cell: Callable[[Figures], Cell]
    form: Form = Form.NUMBER
    behind: tuple[Outcome | None, ...] | None = None


_ENDED = tuple(Outcome)
_FAILED = (Outcome.NOT_COMPLETED, Outcome.EXPELLED)
_DONE = (Outcome.COMPLETED,)

MEANINGS = {
    Measure.PLACES: Meaning(
        text("Places"),
        text("Places taken in runs that were offered. Withdrawals and cancelled runs do not count."),
        lambda f: f.places,
        behind=(*_ENDED, None),
    ),
    Measure.IN_PROGRESS: Meaning(
        text("In progress"),
        text("Places without an outcome yet. They do not count in the rate."),
        lambda f: f.places - f.judged,
        behind=(None,),
    ),
    Measure.JUDGED: Meaning(
        text("Judged"), text("Places that have an outcome, whichever."), lambda f: f.judged, behind=_ENDED
    ),
    Measure.ATTENDANCES: Meaning(
        text("Attendances"),
        text("Completions: a person who completed two runs counts twice."),
        lambda f: f.completions,
        behind=_DONE,
    ),
    Measure.PERSONS: Meaning(
        text("Persons"),
        text("Different persons who completed at least one run."),
        lambda f: f.persons,
        behind=_DONE,
    ),
    Measure.RATE: Meaning(
        text("Completion rate"),
        text("Attendances of those whose training has been judged, rounded down."),
        lambda f: percent(f.completions, f.judged),
        Form.PERCENT,
    ),
    Measure.NOT_COMPLETED: Meaning(
        text("Not completed"),
        text("Judged and not completed, expulsions among them. Those who never came are not in it."),
        lambda f: f.judged - f.completions - f.absent,
        behind=_FAILED,
    ),
    Measure.NOT_REGISTERED: Meaning(
        text("Never attended"),
        text("Had a place and never came."),
        lambda f: f.absent,
        behind=(Outcome.NOT_REGISTERED,),
    ),
    Measure.NO_SHOW_RATE: Meaning(
        text("No-show rate"),
        text("Those who never attended, of those judged, rounded down."),
        lambda f: percent(f.absent, f.judged),
        Form.PERCENT,
    ),
    Measure.HOURS: Meaning(
        text("Hours"),
        text("Training hours of all completions together."),
        lambda f: hours(f.minutes),
        behind=_DONE,
    ),
    Measure.RECOGNISED: Meaning(
        text("Recognised hours"),
        text("Hours of all completions that count toward the yearly target."),
        lambda f: hours(f.recognised),
        behind=_DONE,
    ),
    Measure.MUST: Meaning(
        text("Must complete"),
        text("Staff of the report's day times the mandatory courses; by kind, course, department, grade or service."),
        lambda f: f.must,
        behind=(),
    ),
    Measure.MUST_DONE: Meaning(
        text("Mandatory completed"),
        text("Of those who must: how many completed in the period."),
        lambda f: f.must_done,
        behind=(),
    ),
    Measure.MUST_OPEN: Meaning(
        text("Mandatory open"),
        text("Of those who must: how many have not completed in the period."),
        lambda f: f.must - f.must_done,
        behind=(),
    ),
    Measure.MUST_RATE: Meaning(
        text("Mandatory rate"),
        text("Completed of those who must, rounded down."),
        lambda f: percent(f.must_done, f.must),
        Form.PERCENT,
    ),
}

Parts = Sequence[tuple[Select[Any], tuple[str, ...]]]
"""What is counted, and by which of its columns `key` and `across` (none: all together)."""


def percent(part: int, whole: int) -> Decimal | None:
    """In percent, one decimal, rounded down; None of nothing."""
    return Decimal(part * 1000 // whole).scaleb(-1) if whole else None


def hours(minutes: int) -> int | Decimal:
    """Minutes as hours, one decimal where there is one, rounded down."""
    return minutes // 60 if minutes % 60 == 0 else Decimal(minutes * 10 // 60).scaleb(-1)


def of_measure(measure: Measure, outcome: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQL: the places a measure counts."""
    behind = MEANINGS[measure].behind or ()
    if None not in behind:
        return outcome.in_([one.value for one in behind if one])
    return true() if len(behind) > 1 else outcome.is_(None)


def counted(parts: Parts) -> CompoundSelect[Any]:
    """SQL: the figures of places (columns person_id, outcome, minutes, recognised), all parts in one statement.

    Persons cannot be added up, so that each part is counted by itself.
    """
    return union_all(*(_counted(places, groups) for places, groups in parts))


def _counted(places: Select[Any], groups: tuple[str, ...]) -> Any:
    one = places.subquery("place")
    done = one.c.outcome == Outcome.COMPLETED.value
    return _grouped(
        one,
        groups,
        func.count().label("places"),
        func.count(one.c.outcome).label("judged"),
        func.count(case((done, 1))).label("completions"),
        func.count(distinct(case((done, one.c.person_id)))).label("persons"),
        func.count(case((one.c.outcome == Outcome.NOT_REGISTERED.value, 1))).label("absent"),
        func.sum(case((done, one.c.minutes))).label("minutes"),
        func.sum(case((done, one.c.recognised))).label("recognised"),
    )


def duties_counted(parts: Parts) -> CompoundSelect[Any]:
    """SQL: the figures of duties (column done), all parts in one statement."""
    return union_all(*(_duties_counted(duties, groups) for duties, groups in parts))


def _duties_counted(duties: Select[Any], groups: tuple[str, ...]) -> Any:
    one = duties.subquery("duty")
    return _grouped(one, groups, func.count().label("must"), func.count(case((one.c.done, 1))).label("must_done"))


def _grouped(one: Subquery, groups: tuple[str, ...], *figures: Any) -> Any:
    """SQL: figures by `key` and `across`; which of them the part is grouped by stands in `part`."""
    keys = [cast(one.c[name] if name in groups else null(), String(200)).label(name) for name in ("key", "across")]
    return select(literal("+".join(groups)).label("part"), *keys, *figures).group_by(*(one.c[name] for name in groups))
