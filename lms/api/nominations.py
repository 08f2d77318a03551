"""A department's order of its applicants."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.enrolment import nominations as rules
from courses.enrolment.models import Status
from courses.people.actor import Actor
from courses.people.models import OrgUnit
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, require_match
from lms.api.fields import Several, Whole
from lms.api.resource import Resource
from lms.auth.guard import acting, me

nominations = Resource("nominations", text("Nominations"))


class NomineeItem(Schema):
    """An applicant of the unit. `rank` is that of the unit in `ranked_unit_id`."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True)
    grade = fields.String(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    motive = fields.String(required=True)
    applied_at = fields.DateTime(required=True)
    approved_at = fields.DateTime(required=True, allow_none=True)
    rank = fields.Integer(required=True, allow_none=True)
    ranked_unit_id = fields.Integer(required=True, allow_none=True)


class Nominees(Schema):
    items = fields.List(fields.Nested(NomineeItem), required=True)


class OfUnit(Schema):
    unit = Whole(required=True, metadata={"description": "The unit that ranks"})


class Order(Schema):
    enrolments = Several(
        Whole(), required=True, metadata={"description": "The approved applications to nominate, the first rank first"}
    )


@nominations.operation(
    "GET",
    "/runs/<int:run_id>/nominations",
    text("The applicants of a unit in their order"),
    Permission.NOMINATE,
    Nominees,
    query=OfUnit,
)
def show(wanted: dict[str, Any], run_id: int) -> Response:
    """As ranked, else as proposed; those who lack an approval come last."""
    return answer(_list(doors.session(), run_id, _unit(doors.session(), me(), run_id, wanted["unit"])))


@nominations.operation(
    "PUT",
    "/runs/<int:run_id>/nominations",
    text("Rank and nominate the applicants of a unit"),
    Permission.NOMINATE,
    Nominees,
    query=OfUnit,
    body=Order,
    example={"enrolments": [12, 7, 9]},
)
def rank(wanted: dict[str, Any], order: dict[str, Any], run_id: int) -> Response:
    """Who is nominated already must be in the order; who is left out stays approved."""
    db, actor = acting()
    unit = _unit(db, actor, run_id, wanted["unit"])
    require_match(_list(db, run_id, unit))
    rules.rank(db, actor.id, run_id, unit.id, order["enrolments"])
    body = _list(db, run_id, unit)
    doors.commit()
    return answer(body)


def _unit(db: Session, actor: Actor, run_id: int, unit_id: int) -> OrgUnit:
    db.scalar(select(Run.id).where(Run.id == run_id, visible(actor, Run))) or abort(404)
    near = select(OrgUnit).where(OrgUnit.id == unit_id, visible(actor, OrgUnit, Permission.NOMINATE))
    return db.scalar(near) or abort(404)


def _list(db: Session, run_id: int, unit: OrgUnit) -> dict[str, Any]:
    people = rules.applicants(db, run_id, unit, organisation(db).ranking_depth)
    return {"items": [{name: getattr(one, name) for name in NomineeItem().fields} for one in people]}
