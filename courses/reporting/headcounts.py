"""How training ended for a group of people: always both headcounts, attendances (연인원) and persons (실인원)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from courses.catalogue.models import Course
from courses.db import unsought
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.scheduling.models import Run, RunState

OFFERED = (RunState.PUBLISHED, RunState.CLOSED)
"""Runs that count as offered: neither a plan nor called off."""
COMPLETED = Enrolment.outcome == Outcome.COMPLETED


@dataclass(frozen=True, slots=True)
class Headcount:
    """`places` taken, those `judged`, `completions` among them (연인원), the `persons` behind these (실인원)."""

    places: int = 0
    judged: int = 0
    completions: int = 0
    persons: int = 0

    @classmethod
    def of(cls, rows: Iterable[Row[Any]]) -> Headcount:
        """The headcount of some rows of `headcounts` together: numbers add up, persons are united."""
        places = judged = completions = 0
        persons: set[str] = set()
        for row in rows:
            places, judged, completions = places + row.places, judged + row.judged, completions + row.completions
            persons.update(row.who.split(",") if row.who else ())
        return cls(places, judged, completions, len(persons))

    @property
    def in_progress(self) -> int:
        """Places without an outcome yet: they count neither for nor against the rate."""
        return self.places - self.judged

    @property
    def rate(self) -> Decimal | None:
        """Completions of those judged in percent, one decimal, rounded down; None while nobody is judged."""
        return Decimal(self.completions * 1000 // self.judged).scaleb(-1) if self.judged else None


def years(db: Session) -> list[int]:
    """The years in which something was offered, the newest first."""
    found = select(Run.year).distinct().where(unsought(Run.state).in_(OFFERED))
    return list(db.scalars(found.order_by(Run.year.desc())))


def latest_judged_year(db: Session) -> int | None:
    """The newest year in which a training ended for somebody."""
    latest: int | None = db.scalar(_LATEST_JUDGED_YEAR)
    return latest


_known = select(Run.year).distinct().subquery()
_judged = select(Run.id).join(Enrolment).where(Run.year == _known.c.year, Enrolment.outcome.is_not(None)).exists()
_LATEST_JUDGED_YEAR = select(func.max(_known.c.year)).where(_judged)
"""Year by year: nobody has to look at the trainings of all of them."""


def headcounts(year: int, *groups: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[Any]:
    """SQL: the headcounts of a year's places, for each group of values of `groups`; `who` completed, by commas."""
    return (
        select(
            *groups,
            func.count(Enrolment.id).label("places"),
            func.count(Enrolment.outcome).label("judged"),
            func.count(case((COMPLETED, Enrolment.id))).label("completions"),
            func.aggregate_strings(case((COMPLETED, cast(Enrolment.person_id, String))), ",").label("who"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Run.year == year, Run.state.in_(OFFERED), Enrolment.status == Status.ENROLLED)
        .group_by(*groups)
    )
