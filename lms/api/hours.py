"""Recognised hours of a year: one's own, somebody's, and how the people of a unit stand."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses import clock
from courses.hours import progress, queries
from courses.hours.progress import Member, Sum
from courses.hours.queries import Account, Standing, Why
from courses.people.models import OrgUnit, Person
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Whole
from lms.api.resource import Resource
from lms.auth.guard import me
from lms.web.hours.words import type_name

hours = Resource("hours", text("Recognised hours"))

_EARLIEST, _LATEST = 1990, 2100
_DAYS_AWAY = {"description": "Days on leave, for which less is due"}


class HoursYear(Schema):
    year = Whole(_EARLIEST, _LATEST, metadata={"description": "Else this one"})


class TotalItem(Schema):
    """A type's minutes: recognised, and counted under its cap."""

    type = fields.String(required=True)
    name = fields.String(required=True)
    minutes = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    cap = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: it has none"})


class LedgerItem(Schema):
    """Something learned here (`enrolment_id`) or elsewhere (`outside_id`), and why it counts or not."""

    title = fields.String(required=True)
    type = fields.String(required=True)
    provider = fields.String(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Recognised, or claimed while that is open"})
    counted = fields.Integer(required=True)
    why = fields.String(required=True, metadata={"enum": [why.value for why in Why]})
    reason = fields.String(required=True, metadata={"description": "Why it was returned or corrected"})
    enrolment_id = fields.Integer(required=True, allow_none=True)
    outside_id = fields.Integer(required=True, allow_none=True)


class StandingItem(Schema):
    """Minutes that count, and minutes that are due (0: there is no target)."""

    recognised = fields.Integer(required=True)
    due = fields.Integer(required=True)
    courses = fields.Integer(required=True)
    away = fields.Integer(required=True, metadata=_DAYS_AWAY)


class AccountItem(StandingItem):
    """A person's year; what ended last comes first."""

    person_id = fields.Integer(required=True)
    year = fields.Integer(required=True)
    totals = fields.List(fields.Nested(TotalItem), required=True)
    items = fields.List(fields.Nested(LedgerItem), required=True)


class MemberItem(StandingItem):
    """Somebody of a unit. `expected`: minutes of what is due that should be done by today."""

    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    grade = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    expected = fields.Integer(required=True)
    behind = fields.Boolean(required=True)


class SumItem(Schema):
    """A unit with all below it."""

    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    people = fields.Integer(required=True)
    reached = fields.Integer(required=True, metadata={"description": "How many have reached their target"})
    behind = fields.Integer(required=True)
    recognised = fields.Integer(required=True)
    due = fields.Integer(required=True)


class UnitHours(Schema):
    """Those who serve in the unit itself stand first under `units`, under its own id."""

    unit_id = fields.Integer(required=True)
    year = fields.Integer(required=True)
    units = fields.List(fields.Nested(SumItem), required=True)
    items = fields.List(fields.Nested(MemberItem), required=True)


@hours.operation(
    "GET", "/people/me/hours", text("Your recognised hours"), Permission.LEARN, AccountItem, query=HoursYear
)
def own(wanted: dict[str, Any]) -> Response:
    """In whole minutes, row by row."""
    return _account(me().id, wanted)


@hours.operation(
    "GET",
    "/people/<int:person_id>/hours",
    text("The recognised hours of somebody of your unit"),
    Permission.OVERSEE,
    AccountItem,
    query=HoursYear,
)
def of_person(wanted: dict[str, Any], person_id: int) -> Response:
    """For heads above, and for officers."""
    reach = Person.id == person_id, visible(me(), Person, Permission.OVERSEE)
    return _account(doors.session().scalar(select(Person.id).where(*reach)) or abort(404), wanted)


@hours.operation(
    "GET",
    "/units/<int:unit_id>/hours",
    text("How the people of a unit stand with their hours"),
    Permission.OVERSEE,
    UnitHours,
    query=HoursYear,
)
def of_unit(wanted: dict[str, Any], unit_id: int) -> Response:
    """Everybody who serves there or below, in official order, and sums of the units right under it."""
    db, year = doors.session(), _year(wanted)
    reach = OrgUnit.id == unit_id, visible(me(), OrgUnit, Permission.OVERSEE)
    unit = db.scalar(select(OrgUnit).where(*reach)) or abort(404)
    members = progress.members(db, year, unit.id, doors.current_organisation().target_hours)
    sums = progress.sums(db, year, unit, members)
    body = {"unit_id": unit.id, "year": year, "units": [_sum(one) for one in sums]}
    return answer(body | {"items": [_member(one) for one in members]})


def _year(wanted: dict[str, Any]) -> int:
    year: int = wanted.get("year", clock.today().year)
    return year


def _account(person_id: int, wanted: dict[str, Any]) -> Response:
    account = queries.account(doors.session(), person_id, _year(wanted))
    return answer(
        {
            "person_id": person_id,
            "year": account.year,
            **_standing(account.standing),
            "totals": [_total(account, one) for one in account.totals],
            "items": [_entry(line) for line in account.lines],
        }
    )


def _standing(stands: Standing) -> dict[str, Any]:
    return {name: getattr(stands, name) for name in StandingItem().fields}


def _total(account: Account, one: Any) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("type", "minutes", "counted", "cap")}
    return plain | {"name": type_name(account.rules, one.type)}


def _entry(line: queries.Line) -> dict[str, Any]:
    return line._asdict() | {"why": line.why.value}


def _member(one: Member) -> dict[str, Any]:
    names = ("person_id", "name", "employee_no", "grade", "unit_id", "unit", "expected")
    return {name: getattr(one, name) for name in names} | _standing(one.standing) | {"behind": one.is_behind}


def _sum(one: Sum) -> dict[str, Any]:
    names = ("unit_id", "people", "reached", "behind", "recognised", "due")
    return {name: getattr(one, name) for name in names} | {"unit": one.path or one.name}
