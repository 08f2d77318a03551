"""One's own scores, as far as they are published, with appeals; and their answers."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.assessment import appeals as rules
from courses.assessment import queries
from courses.assessment.models import Appeal, AppealState, ComponentKind
from courses.assessment.points import parse_points
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Whole, Words
from lms.api.resource import Resource
from lms.api.scores import POINTS
from lms.auth.guard import acting, me
from lms.web.formats import points

appeals = Resource("appeals", text("Appeals"))

_MOST_PARTS = 20


class OwnPartItem(Schema):
    """A part of the score. Points are null until it is published."""

    part = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ComponentKind]})
    weight = fields.Integer(required=True)
    minimum = fields.String(required=True, allow_none=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    points = fields.String(required=True, allow_none=True)


class AppealItem(Schema):
    """An appeal, with its answer once there is one."""

    id = fields.Integer(required=True)
    enrolment_id = fields.Integer(required=True)
    part = fields.String(required=True, metadata={"description": "The part's name"})
    state = fields.String(required=True, metadata={"enum": [state.value for state in AppealState]})
    points = fields.String(required=True)
    words = fields.String(required=True)
    made_at = fields.DateTime(required=True)
    answer = fields.String(required=True)
    answered_points = fields.String(required=True, allow_none=True)
    answered_at = fields.DateTime(required=True, allow_none=True)


class OwnScores(Schema):
    enrolment_id = fields.Integer(required=True)
    parts = fields.List(fields.Nested(OwnPartItem), required=True)
    appeals = fields.List(fields.Nested(AppealItem), required=True)


class AppealSent(Schema):
    part = Whole(0, _MOST_PARTS, load_default=0, metadata={"description": "Counted from 0"})
    words = Words(rules.LONGEST, required=True)


class AnswerSent(Schema):
    """Null points keep those that stand."""

    words = Words(rules.LONGEST, required=True, metadata={"description": "The person reads it"})
    points = Words(6, POINTS, load_default=None, allow_none=True)


@appeals.operation(
    "GET", "/enrolments/<int:enrolment_id>/scores", text("Your scores in a run"), Permission.LEARN, OwnScores
)
def own(enrolment_id: int) -> Response:
    """Drafts show no points."""
    db = doors.session()
    return answer(_own_scores(db, _own(db, enrolment_id)))


@appeals.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/appeals",
    text("Appeal a published score"),
    Permission.LEARN,
    OwnScores,
    body=AppealSent,
    example={"part": 0, "words": "3번 문제를 다시 봐 주세요"},
)
def appeal(how: dict[str, Any], enrolment_id: int) -> Response:
    """Within the days that the organisation has set, once each time it is published."""
    db, actor = acting()
    mine = _own(db, enrolment_id)
    ids = [one.id for one in queries.own(db, enrolment_id)]
    rules.appeal(db, actor.id, enrolment_id, dict(enumerate(ids)).get(how["part"], 0), how["words"])
    body = _own_scores(db, mine)
    doors.commit()
    return answer(body)


@appeals.operation(
    "POST",
    "/appeals/<int:appeal_id>/answer",
    text("Answer an appeal"),
    Permission.TEACH,
    AppealItem,
    body=AnswerSent,
    example={"words": "3번이 맞습니다", "points": "61.5"},
)
def answer_it(how: dict[str, Any], appeal_id: int) -> Response:
    """By who teaches the run, or a training officer; never by whose appeal it is."""
    db, actor = acting()
    of = select(Enrolment).options(joinedload(Enrolment.run)).join(Appeal, Appeal.enrolment_id == Enrolment.id)
    reach = Appeal.id == appeal_id, visible(actor, Enrolment, Permission.TEACH)
    enrolment = db.scalar(of.where(*reach)) or abort(404)
    rules.answer(db, actor.id, appeal_id, how["words"], parse_points(how["points"] or ""))
    mine = next(one for one in queries.own_appeals(db, enrolment.id, enrolment.run) if one.id == appeal_id)
    body = _appeal(mine)
    doors.commit()
    return answer(body)


def _own(db: Session, enrolment_id: int) -> Enrolment:
    mine = select(Enrolment).options(joinedload(Enrolment.run))
    seated = Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED
    return db.scalar(mine.where(*seated, visible(me(), Enrolment))) or abort(404)


def _own_scores(db: Session, enrolment: Enrolment) -> dict[str, Any]:
    return {
        "enrolment_id": enrolment.id,
        "parts": [_part(number, one) for number, one in enumerate(queries.own(db, enrolment.id))],
        "appeals": [_appeal(one) for one in queries.own_appeals(db, enrolment.id, enrolment.run)],
    }


def _part(number: int, one: queries.OwnPart) -> dict[str, Any]:
    return {
        "part": number,
        "name": one.name,
        "kind": one.kind.value,
        "weight": one.weight,
        "minimum": None if one.minimum is None else points(one.minimum),
        "published_at": one.published_at,
        "points": None if one.points is None else points(one.points),
    }


def _appeal(one: queries.AppealRow) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("id", "enrolment_id", "part", "words", "made_at", "answered_at")}
    answered = None if one.answered_points is None else points(one.answered_points)
    said = {"state": one.state.value, "points": points(one.points), "answered_points": answered}
    return plain | said | {"answer": one.answer}
