"""What a report counts: each measure with its heading, what it means, and the places behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, Subquery, case, cast, func, select, true

from courses.enrolment.models import Outcome
from courses.reporting.question import Measure
from courses.reporting.report import Cell, Form
from courses.text import Text, text


class Figures(NamedTuple):
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
        text(
            "Each person times each course they must complete, on the period's last day or today; not by run or month."
        ),
        lambda f: f.must,
        behind=(),
    ),
    Measure.MUST_DONE: Meaning(
        text("Mandatory completed"),
        text("Of those who must: how many have completed it, again where it is renewed."),
        lambda f: f.must_done,
        behind=(),
    ),
    Measure.MUST_OPEN: Meaning(
        text("Mandatory open"),
        text("Of those who must: how many have not completed it yet; also who is on leave."),
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


PLACES = ("places", "judged", "completions", "absent", "minutes", "recognised")
DUTIES = ("must", "must_done")
"""The sums of `counted` and of `duties_counted`, which add up."""


def counted(places: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    """SQL: the sums of places (columns person_id, outcome, minutes, recognised) by their other columns.

    `who` completed, separated by commas: somebody may be in several groups.
    """
    one = places.subquery("place")
    done = one.c.outcome == Outcome.COMPLETED.value
    return _grouped(
        one,
        func.count().label("places"),
        func.count(one.c.outcome).label("judged"),
        func.count(case((done, 1))).label("completions"),
        func.count(case((one.c.outcome == Outcome.NOT_REGISTERED.value, 1))).label("absent"),
        func.sum(case((done, one.c.minutes))).label("minutes"),
        func.sum(case((done, one.c.recognised))).label("recognised"),
        func.aggregate_strings(case((done, cast(one.c.person_id, String))), ",").label("who"),
    )


def duties_counted(duties: Select[Any]) -> Select[Any]:
    """SQL: the sums of duties (columns done, and the number of those alike) by their other columns."""
    one = duties.subquery("duties")
    done = func.sum(case((one.c.done, one.c.number), else_=0))
    return _grouped(one, func.sum(one.c.number).label("must"), done.label("must_done"))


def _grouped(one: Subquery, *figures: Any) -> Select[Any]:
    groups = [column for column in one.c if column.name in _GROUPS]
    return select(*groups, *figures).group_by(*groups)


_GROUPS = {"key", "over", "across"}
