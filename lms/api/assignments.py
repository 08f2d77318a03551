"""Mandatory courses, and who is late with them."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.enrolment import assignments as rules
from courses.enrolment.assignments import Listed, Standing, Wanted
from courses.enrolment.models import Assignment, Renewal
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Role
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, invalid, require_match
from lms.api.fields import Choice, Day, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.i18n import _

assignments = Resource("assignments", text("Mandatory courses"))


class AssignmentItem(Schema):
    """A course that somebody must complete, and how many people stand how: an officer's all, a head's own."""

    id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    title = fields.String(required=True)
    unit_id = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, metadata={"description": "With all below it; empty: everybody"})
    grade = fields.String(required=True)
    service = fields.String(required=True)
    due_on = fields.Date(required=True)
    renewal = fields.Enum(Renewal, by_value=True, required=True)
    months = fields.Integer(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    people = fields.Integer(required=True)
    done = fields.Integer(required=True)
    open = fields.Integer(required=True)
    away = fields.Integer(required=True, metadata={"description": "On leave: their time stands still"})
    late = fields.Integer(required=True)


class AssignmentList(Schema):
    items = fields.List(fields.Nested(AssignmentItem), required=True)


class NewAssignment(Schema):
    course_id = Whole(required=True)
    due_on = Day(required=True)
    unit_id = Whole()
    grade = Words(40)
    service = Words(40)
    renewal = Choice(Renewal)
    months = Whole(1, 120, metadata={"description": "Belongs to the renewal `after`"})


class LateItem(Schema):
    """Somebody whose day is over."""

    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    grade = fields.String(required=True)
    due_on = fields.Date(required=True)
    days = fields.Integer(required=True)
    begun = fields.Boolean(required=True, metadata={"description": "Has a seat in a run of the course"})


class LateList(Schema):
    items = fields.List(fields.Nested(LateItem), required=True)


class Reminded(Schema):
    people = fields.Integer(required=True, metadata={"description": "How many are told"})


class LateWanted(Schema):
    page = Whole(1, 10_000, load_default=1, metadata={"description": "A hundred people each"})


@assignments.operation("GET", "/assignments", text("Mandatory courses"), Permission.OVERSEE, AssignmentList)
def index() -> Response:
    """Those that hold first, by their day."""
    db, units = doors.session(), _units(me())
    standings = rules.standings(db, units)
    items = [_item(one, standings.get(one.assignment.id, Standing())) for one in rules.listed(db)]
    return answer({"items": items})


@assignments.operation(
    "POST",
    "/assignments",
    text("Make a course mandatory"),
    Permission.PLAN,
    AssignmentItem,
    status=201,
    body=NewAssignment,
    example={"course_id": 7, "unit_id": 12, "due_on": "2027-06-30", "renewal": "yearly"},
)
def make(wanted: dict[str, Any]) -> Response:
    """For everybody, unless a unit, a grade or a service is named."""
    db, actor = acting()
    _require_known(db, actor, wanted)
    made = rules.make(db, actor.id, Wanted(**wanted))
    body = _one(db, made.id)
    doors.commit()
    return answer(body, 201)


@assignments.operation(
    "GET",
    "/assignments/<int:assignment_id>/overdue",
    text("Who is late with a mandatory course"),
    Permission.OVERSEE,
    LateList,
    query=LateWanted,
)
def overdue(wanted: dict[str, Any], assignment_id: int) -> Response:
    """By department in official order: an officer's all, a head's own."""
    db = doors.session()
    assignment = db.get(Assignment, assignment_id) or abort(404)
    late = rules.overdue(db, assignment, _units(me()), wanted["page"])
    return answer({"items": [one._asdict() for one in late]})


@assignments.operation(
    "PUT",
    "/assignments/<int:assignment_id>",
    text("Change a mandatory course"),
    Permission.PLAN,
    AssignmentItem,
    body=NewAssignment,
    example={"course_id": 7, "unit_id": 12, "due_on": "2027-06-30", "renewal": "yearly"},
)
def change(wanted: dict[str, Any], assignment_id: int) -> Response:
    """The same course for others, by another day or at other intervals."""
    db, actor = acting()
    assignment = _locked(db, assignment_id)
    require_match(_one(db, assignment_id))
    _require_known(db, actor, wanted)
    rules.change(db, actor.id, assignment, Wanted(**wanted))
    return _kept(db, assignment_id)


@assignments.operation(
    "POST", "/assignments/<int:assignment_id>/end", text("End a mandatory course"), Permission.PLAN, AssignmentItem
)
def end(assignment_id: int) -> Response:
    """It no longer holds, from today on."""
    db, actor = acting()
    rules.end(db, actor.id, _locked(db, assignment_id))
    return _kept(db, assignment_id)


@assignments.operation(
    "POST",
    "/assignments/<int:assignment_id>/reminders",
    text("Remind who is late"),
    Permission.OVERSEE,
    Reminded,
)
def remind(assignment_id: int) -> Response:
    """An officer all, a head the own people; everybody at most once a day."""
    db, actor = acting()
    told = rules.remind(db, actor.id, _locked(db, assignment_id), _units(actor))
    doors.commit()
    return answer({"people": told})


def _locked(db: Session, assignment_id: int) -> Assignment:
    return db.scalar(select(Assignment).where(Assignment.id == assignment_id).with_for_update(key_share=True)) or abort(
        404
    )


def _one(db: Session, assignment_id: int) -> dict[str, Any]:
    return _item(
        rules.listed(db, assignment_id)[0], rules.standings(db, None, assignment_id).get(assignment_id, Standing())
    )


def _kept(db: Session, assignment_id: int) -> Response:
    body = _one(db, assignment_id)
    doors.commit()
    return answer(body)


def _units(actor: Actor) -> list[int] | None:
    if Role.OFFICER in actor.roles:
        return None
    return [unit_id for role, unit_id in actor.units if role is Role.HEAD]


def _require_known(db: Session, actor: Actor, wanted: dict[str, Any]) -> None:
    known = select(Course.id).where(Course.id == wanted["course_id"], visible(actor, Course))
    if db.scalar(known) is None:
        invalid(course_id=_("There is no such course"))
    if "unit_id" in wanted and db.get(OrgUnit, wanted["unit_id"]) is None:
        invalid(unit_id=_("There is no such unit"))


def _item(one: Listed, standing: Standing) -> dict[str, Any]:
    names = ("id", "course_id", "unit_id", "grade", "service", "due_on", "renewal", "months", "ended_on")
    own: dict[str, Any] = {name: getattr(one.assignment, name) for name in names}
    return own | {"title": one.title, "unit": one.unit} | standing._asdict()
