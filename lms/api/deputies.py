"""Who stands in for the head of a unit, and on which days many of a unit would be away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses import clock
from courses.enrolment.absences import Absences
from courses.errors import Refused
from courses.people.deputies import deputies as named
from courses.people.deputies import end_deputy, name_deputy
from courses.people.models import Deputy, OrgUnit
from courses.people.queries import by_key
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, invalid
from lms.api.fields import Day, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.i18n import _

deputies = Resource("deputies", text("Deputies and absences"))
_MOST_DAYS = 93


class DeputyItem(Schema):
    """Acts for the head from the one day to the other, both inclusive."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    reason = fields.String(required=True)


class DeputyList(Schema):
    items = fields.List(fields.Nested(DeputyItem), required=True)


class NewDeputy(Schema):
    employee_no = Words(40, required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    reason = Words(200, load_default="")


class AwayItem(Schema):
    """How many of so many `people` are in class, would be if they got the seats they hope for, or are on leave."""

    day = fields.Date(required=True)
    in_class = fields.Integer(required=True)
    hoping = fields.Integer(required=True)
    on_leave = fields.Integer(required=True)
    people = fields.Integer(required=True)
    many = fields.Boolean(required=True, metadata={"description": "More than a third of them"})


class AwayList(Schema):
    items = fields.List(fields.Nested(AwayItem), required=True)


class DaysWanted(Schema):
    first = Day(data_key="from", metadata={"description": "Else today"})
    days = Whole(1, _MOST_DAYS, load_default=28)


@deputies.operation(
    "GET", "/units/<int:unit_id>/deputies", text("Who stands in for a head"), Permission.HEAD_UNIT, DeputyList
)
def index(unit_id: int) -> Response:
    """The latest first."""
    return _listed(_headed(unit_id))


@deputies.operation(
    "POST",
    "/units/<int:unit_id>/deputies",
    text("Let somebody stand in for a head"),
    Permission.HEAD_UNIT,
    DeputyList,
    status=201,
    body=NewDeputy,
    example={"employee_no": "20030001", "from_on": "2026-12-01", "until_on": "2026-12-04"},
)
def name(wanted: dict[str, Any], unit_id: int) -> Response:
    """One person at a time."""
    db, actor = acting()
    unit, person = _headed(unit_id), by_key(db, wanted["employee_no"])
    if person is None:
        invalid(employee_no=_("Nobody has this employee number or e-mail"))
    name_deputy(db, actor.id, unit, person, wanted["from_on"], wanted["until_on"], wanted["reason"])
    body = _listed(unit, 201)
    doors.commit()
    return body


@deputies.operation(
    "POST",
    "/units/<int:unit_id>/deputies/<int:deputy_id>/end",
    text("End a deputy's days"),
    Permission.HEAD_UNIT,
    DeputyList,
)
def end(unit_id: int, deputy_id: int) -> Response:
    """From now on; who has not begun never did."""
    db, actor = acting()
    unit = _headed(unit_id)
    own = select(Deputy).where(Deputy.id == deputy_id, Deputy.unit_id == unit.id)
    end_deputy(db, actor.id, db.scalar(own) or abort(404))
    body = _listed(unit)
    doors.commit()
    return body


@deputies.operation(
    "GET",
    "/units/<int:unit_id>/absences",
    text("How many of a unit are away each day"),
    Permission.NOMINATE,
    AwayList,
    query=DaysWanted,
    says=[409],
)
def away(wanted: dict[str, Any], unit_id: int) -> Response:
    """Every day from the first one on, with the units below."""
    db, first = doors.session(), wanted.get("first", clock.today())
    reach = visible(me(), OrgUnit, Permission.NOMINATE)
    db.scalar(select(OrgUnit.id).where(OrgUnit.id == unit_id, reach)) or abort(404)
    try:
        last = first + timedelta(days=wanted["days"] - 1)
        found = Absences(db, unit_id, first, last).days()
    except OverflowError as beyond:
        raise Refused(text("There is no such moment"), code="day") from beyond
    return answer({"items": [one._asdict() | {"many": one.many} for one in found]})


def _headed(unit_id: int) -> OrgUnit:
    reach = visible(me(), OrgUnit, Permission.HEAD_UNIT)
    return doors.session().scalar(select(OrgUnit).where(OrgUnit.id == unit_id, reach)) or abort(404)


def _listed(unit: OrgUnit, status: int = 200) -> Response:
    columns = ("id", "person_id", "from_on", "until_on", "reason")
    found = named(doors.session(), unit.id)
    items = [{name: getattr(one, name) for name in columns} | {"name": called} for one, called in found]
    return answer({"items": items}, status)
