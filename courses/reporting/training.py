"""What was offered in a year and how many completed it, by kind, the workplace courses also by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course, Kind
from courses.reporting.headcounts import OFFERED, Headcount, headcounts
from courses.reporting.report import HEADCOUNT_TERMS, Column, Form, Report, headcount_columns
from courses.scheduling.models import Run
from courses.text import Text, text

KIND_NAMES = {
    Kind.CLASSROOM: text("Classroom training"),
    Kind.CYBER: text("Cyber training"),
    Kind.WORKPLACE: text("Workplace IT training"),
    Kind.BLENDED: text("Blended training"),
}
TOGETHER = text("Together")


@dataclass(frozen=True, slots=True)
class Line:
    """A kind (`kind` alone), an area of one (`area` too), or all together (neither). `areas`: how many lie in it."""

    kind: Kind | None
    area: str
    areas: int
    courses: int
    runs: int
    headcount: Headcount

    @property
    def name(self) -> Text | str:
        """What stands in the first column."""
        return self.area or (KIND_NAMES[self.kind] if self.kind else TOGETHER)


COLUMNS: tuple[Column[Line], ...] = (
    Column(text("Kind of training"), lambda line: line.name, Form.WORDS),
    Column(text("Areas"), lambda line: line.areas or None),
    Column(text("Courses offered"), lambda line: line.courses),
    Column(text("Runs"), lambda line: line.runs),
    *headcount_columns(lambda line: line.headcount),
)


def training(db: Session, year: int) -> Report[Line]:
    """The training table of a year: a line a kind that was offered, each area under its kind, all together."""
    offers = _offers(db, year)
    rows = db.execute(headcounts(year, Course.kind, Course.area_id)).all()
    kinds = {kind: Headcount.of(row for row in rows if row.kind == kind) for kind in Kind}
    areas = {id_: Headcount.of(row for row in rows if row.area_id == id_) for id_ in {row.area_id for row in rows}}
    total = _sum(offers, Headcount.of(rows), None)
    lines = _lines(offers, kinds, areas)
    return Report(
        "training", text("Training results"), year, clock.now(), COLUMNS, lines, total, not lines, HEADCOUNT_TERMS
    )


def _lines(offers: Sequence[Any], kinds: dict[Kind, Headcount], areas: dict[int | None, Headcount]) -> list[Line]:
    lines = []
    for kind in Kind:
        of_kind = [offer for offer in offers if offer.kind == kind]
        if of_kind:
            lines.append(_sum(of_kind, kinds.get(kind, Headcount()), kind))
        lines += [
            _sum([offer], areas.get(offer.area_id, Headcount()), kind, offer.area) for offer in of_kind if offer.area_id
        ]
    return lines


def _offers(db: Session, year: int) -> Sequence[Any]:
    """Courses with at least one run in the year, and these runs, by kind and area."""
    return db.execute(
        select(
            Course.kind,
            Course.area_id,
            Area.name.label("area"),
            func.count(distinct(Course.id)).label("courses"),
            func.count(Run.id).label("runs"),
        )
        .join(Run, Run.course_id == Course.id)
        .outerjoin(Area, Area.id == Course.area_id)
        .where(Run.year == year, Run.state.in_(OFFERED))
        .group_by(Course.kind, Course.area_id, Area.name, Area.position)
        .order_by(Area.position, Area.name)
    ).all()


def _sum(offers: Sequence[Any], headcount: Headcount, kind: Kind | None, area: str = "") -> Line:
    return Line(
        kind,
        area,
        0 if area else sum(offer.area_id is not None for offer in offers),
        sum(offer.courses for offer in offers),
        sum(offer.runs for offer in offers),
        headcount,
    )
