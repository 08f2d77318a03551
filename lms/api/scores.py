"""Scores of a run, as points with at most two decimals, written as text so that nothing is rounded."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.assessment import actions, publishing, queries
from courses.assessment.models import Component, ComponentKind
from courses.assessment.points import parse_points
from courses.completion import by_hand
from courses.errors import REASON
from courses.permissions import Permission, visible
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, invalid, require_match
from lms.api.fields import Several, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.i18n import _
from lms.web.formats import points

scores = Resource("scores", text("Scores"))

POINTS = r"100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?"
_TWICE = str(text("The same score stands here twice"))
_LAST_PART = 20


class PartItem(Schema):
    """A part of the score: weight in percent, and the least it may be."""

    part = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ComponentKind]})
    weight = fields.Integer(required=True)
    minimum = fields.String(required=True, allow_none=True)
    published_at = fields.DateTime(required=True, allow_none=True, metadata={"description": "Null: a draft"})


class ScoreRow(Schema):
    """Somebody's points, one a part; null where there are none."""

    enrolment_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True)
    unit = fields.String(required=True)
    points = fields.List(fields.String(allow_none=True), required=True)


class ScoreList(Schema):
    """Everybody with a seat, by name. `parts` is empty until somebody scores."""

    run_id = fields.Integer(required=True)
    closed = fields.String(required=True, allow_none=True, metadata={"description": "Why nobody can score now"})
    parts = fields.List(fields.Nested(PartItem), required=True)
    scores = fields.List(fields.Nested(ScoreRow), required=True)


class ScoreSent(Schema):
    """Points of one person in one part; null clears them."""

    enrolment_id = Whole(required=True)
    part = Whole(0, _LAST_PART, load_default=0, metadata={"description": "Counted from 0"})
    points = Words(6, POINTS, required=True, allow_none=True)


class ScoresSent(Schema):
    """Scores to write. Whoever is not named keeps theirs."""

    scores = Several(fields.Nested(ScoreSent), required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        keys = [(one["enrolment_id"], one["part"]) for one in data.get("scores", ())]
        if len(keys) != len(set(keys)):
            raise ValidationError(_TWICE, "scores")


@scores.operation("GET", "/runs/<int:run_id>/scores", text("The scores of a run"), Permission.TEACH, ScoreList)
def show(run_id: int) -> Response:
    """For the run's instructors and officers."""
    db = doors.session()
    return answer(_list(db, _run(db, run_id)))


@scores.operation(
    "PUT",
    "/runs/<int:run_id>/scores",
    text("Enter scores"),
    Permission.TEACH,
    ScoreList,
    body=ScoresSent,
    example={"scores": [{"enrolment_id": 7, "points": "85.5"}, {"enrolment_id": 8, "points": None}]},
)
def save(sent: dict[str, Any], run_id: int) -> Response:
    """All or none. With If-Match nothing is written when any score has changed."""
    db, actor = acting()
    lock_run(db, _run(db, run_id).id)
    run = _run(db, run_id)
    require_match(_list(db, run))
    by_hand.require(db, run, run.course)
    parts = actions.ensure_components(db, actor.id, run_id)
    by_part: dict[int, dict[int, int | None]] = {}
    for number, one in enumerate(sent["scores"]):
        if one["part"] >= len(parts):
            invalid(**{f"scores__{number}__part": _("The score has no such part")})
        by_part.setdefault(one["part"], {})[one["enrolment_id"]] = parse_points(one["points"] or "")
    for part, entered in by_part.items():
        actions.score(db, actor.id, run_id, parts[part].id, entered)
    body = _list(db, _run(db, run_id))
    doors.commit()
    return answer(body)


class TakenBack(Schema):
    reason = Words(REASON, required=True, metadata={"description": "Everybody with a score reads it"})


@scores.operation(
    "POST",
    "/runs/<int:run_id>/scores/<int:part>/publication",
    text("Publish a part of the score"),
    Permission.TEACH,
    ScoreList,
)
def publish(run_id: int, part: int) -> Response:
    """Its people see their points from now on, and are told. They can no longer be changed but by an appeal."""
    db, actor = acting()
    publishing.publish(db, actor.id, run_id, _part_id(db, _run(db, run_id), part))
    return _kept(db, run_id)


@scores.operation(
    "POST",
    "/runs/<int:run_id>/scores/<int:part>/draft",
    text("Take a part of the score back"),
    Permission.TEACH,
    ScoreList,
    body=TakenBack,
    example={"reason": "전체 재채점"},
)
def take_back(how: dict[str, Any], run_id: int, part: int) -> Response:
    """A draft again: its points can be changed, and its people no longer see them."""
    db, actor = acting()
    publishing.take_back(db, actor.id, run_id, _part_id(db, _run(db, run_id), part), how["reason"])
    return _kept(db, run_id)


def _part_id(db: Session, run: Run, part: int) -> int:
    return next((one.id for one in queries.components(db, run.id) if one.position == part), 0) or abort(404)


def _kept(db: Session, run_id: int) -> Response:
    body = _list(db, _run(db, run_id))
    doors.commit()
    return answer(body)


def _run(db: Session, run_id: int) -> Run:
    reach = visible(me(), Run, Permission.TEACH)
    statement = select(Run).options(joinedload(Run.course)).where(Run.id == run_id, reach)
    return db.scalar(statement, execution_options={"populate_existing": True}) or abort(404)


def _list(db: Session, run: Run) -> dict[str, Any]:
    parts = queries.components(db, run.id)
    refused = by_hand.refusal(db, run, run.course)
    return {
        "run_id": run.id,
        "closed": refused.message if refused else None,
        "parts": [_part(part) for part in parts],
        "scores": [_row(row, [part.id for part in parts]) for row in queries.roster(db, run)],
    }


def _part(part: Component) -> dict[str, Any]:
    minimum = None if part.minimum is None else points(part.minimum)
    return {
        "part": part.position,
        "name": part.name,
        "kind": part.kind.value,
        "weight": part.weight,
        "minimum": minimum,
        "published_at": part.published_at,
    }


def _row(row: queries.ScoreRow, part_ids: list[int]) -> dict[str, Any]:
    about = {name: getattr(row, name) for name in ("enrolment_id", "name", "employee_no", "unit")}
    return {**about, "points": [points(row.points[id_]) if id_ in row.points else None for id_ in part_ids]}
