"""How somebody stands in a run, rule by rule."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from courses.completion import queries
from courses.completion.advice import Step, Way, advice
from courses.completion.gather import policy_of
from courses.completion.rules import Check, Finding
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import text
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.auth.guard import me
from lms.db import session
from lms.i18n import language

completion = Resource("completion", text("Completion"))

OUTCOMES = sorted({one.value for one in (*Outcome, *Finding)})


class CheckItem(Schema):
    """One rule with its numbers. `passed` is null while something is not known yet."""

    rule = fields.String(required=True)
    passed = fields.Boolean(required=True, allow_none=True)
    required_ = fields.Integer(required=True, allow_none=True, data_key="required")
    actual = fields.Integer(required=True, allow_none=True)
    away = fields.Integer(required=True, allow_none=True, metadata={"description": "How much is missing so far"})
    unit = fields.String(required=True, metadata={"description": "minutes; percent and points are given in hundredths"})
    message = fields.String(required=True)
    basis = fields.String(required=True, metadata={"description": "The paragraph the rule comes from"})
    notes = fields.List(fields.String(), required=True)


class AdviceItem(Schema):
    """What one rule still asks for; `amount` in `unit`, null where there is no way."""

    rule = fields.String(required=True)
    way = fields.String(required=True, metadata={"enum": [way.value for way in Way]})
    message = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    names = fields.List(fields.String(), required=True)


class Card(Schema):
    """What it takes, and how far it has come; once `final`, how it ended."""

    enrolment_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    name = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": OUTCOMES})
    final = fields.Boolean(required=True)
    rules = fields.List(fields.Nested(CheckItem), required=True)
    advice = fields.List(
        fields.Nested(AdviceItem), required=True, metadata={"description": "What is still needed; empty once final"}
    )


@completion.operation(
    "GET", "/enrolments/<int:enrolment_id>/completion", text("The completion card"), Permission.LEARN, Card
)
def card(enrolment_id: int) -> Response:
    """For the person and heads above by published points, for instructors and officers by all; of who has a seat."""
    db, actor = session(), me()
    teaching = visible(actor, Enrolment, Permission.TEACH)
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.OVERSEE), teaching)
    enrolment = db.scalar(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(Run.course))
        .where(Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED, reach)
    ) or abort(404)
    own, run = enrolment.person_id == actor.id, enrolment.run
    all_points = not own and db.scalar(select(Enrolment.id).where(Enrolment.id == enrolment_id, teaching)) is not None
    judged = queries.card(db, enrolment, run, run.course, published=not all_points)
    steps = () if enrolment.outcome is not None else advice(policy_of(run, run.course), judged.facts).steps
    return answer(
        {
            "enrolment_id": enrolment_id,
            "run_id": enrolment.run_id,
            "name": judged.member.name,
            "outcome": judged.outcome,
            "final": enrolment.outcome is not None,
            "rules": [_check(check) for check in judged.reasons],
            "advice": [_step(step) for step in steps],
        }
    )


def _check(check: Check) -> dict[str, Any]:
    plain = {name: getattr(check, name) for name in ("rule", "passed", "required", "actual", "away", "unit")}
    basis = check.basis if language() == "ko" else check.basis_en
    return {**plain, "basis": basis, "message": check.message, "notes": list(check.notes)}


def _step(step: Step) -> dict[str, Any]:
    plain = {name: getattr(step, name) for name in ("rule", "unit", "amount", "message")}
    return {**plain, "way": step.way.value, "names": list(step.names)}
