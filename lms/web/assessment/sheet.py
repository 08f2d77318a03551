"""The list of scores of a run, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from courses.assessment import parts, queries, standing
from courses.assessment.models import AppealState
from courses.assessment.parts import Part
from courses.assessment.queries import ScoreRow
from courses.completion import by_hand
from courses.completion.gather import policy_of
from courses.errors import Refused
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me
from lms.web.assessment import forms
from lms.web.assessment.words import KINDS, STATES, part_name, shown


@dataclass(frozen=True)
class Line:
    """Somebody's row: the total (None while a part lacks points), and what of it is near a limit."""

    row: ScoreRow
    total: int | None
    near: frozenset[int]
    near_in_all: bool


def needed(run: Run) -> int | None:
    """The points (hundredths) that the run's rules ask for; None where its rules are not there any more."""
    try:
        return policy_of(run, run.course).rules(run.course.kind.value).score.minimum
    except Refused:
        return None


def page(run: Run, wrong: dict[str, str] | None = None, parts_error: str = "", error: str = "") -> str:
    """The page, with what could not be taken over."""
    db = doors.looking()
    components, wanted = queries.components(db, run.id), shown(parts.of_run(db, run))
    rows, limit, appeals = queries.roster(db, run), needed(run), queries.appeals(db, run)
    return render_template(
        "assessment/show.html",
        run=run,
        parts=wanted,
        components=components,
        published={component.id for component in components if component.published_at},
        lines=[_line(row, wanted, limit) for row in rows],
        averages=[standing.average(row.points.get(part.id or 0) for row in rows) for part in wanted],
        average=standing.average(standing.total(wanted, row.points) for row in rows),
        needed=limit,
        refused=by_hand.refusal(db, run, run.course),
        waiting=[one for one in appeals if one.state is AppealState.OPEN],
        answered=[one for one in appeals if one.state is not AppealState.OPEN],
        own_ids=queries.own_enrolments(db, run.id, me().id),
        wrong=wrong or {},
        parts_error=parts_error,
        error=error,
        most=forms.PARTS,
        kinds=KINDS,
        states=STATES,
        part_name=part_name,
    )


def _line(row: ScoreRow, wanted: list[Part], limit: int | None) -> Line:
    whole = standing.total(wanted, row.points)
    only = wanted[0].id if len(wanted) == 1 else None
    near = {
        part.id or 0
        for part in wanted
        if standing.is_near(row.points.get(part.id or 0), part.minimum)
        or (part.id == only and standing.is_near(whole, limit))
    }
    return Line(row, whole, frozenset(near), standing.is_near(whole, limit))
