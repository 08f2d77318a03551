"""Persons: everybody for those who may look people up, oneself for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Course, Kind, Level
from courses.certificates.models import Certificate
from courses.certificates.queries import in_force
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.queries import matches
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import search_key, text
from lms.api.answers import answer
from lms.api.fields import Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me
from lms.db import session

people = Resource("people", text("People"))


class PersonItem(Schema):
    """A person, with unit, grade and post of today."""

    id = fields.Integer(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    name_roman = fields.String(required=True)
    mail = fields.String(required=True, allow_none=True)
    institution = fields.String(required=True, metadata={"description": "Of people of other bodies"})
    active = fields.Boolean(required=True, metadata={"description": "Takes part today"})
    unit_id = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True, metadata={"description": "With its superior units"})
    grade = fields.String(required=True, allow_none=True)
    post = fields.String(required=True, allow_none=True)


class PersonDetail(PersonItem):
    """A person with the roles held beside being an employee."""

    roles = fields.List(fields.Enum(Role, by_value=True), required=True)


class PeopleWanted(Paged):
    q = Words(80, metadata={"description": "Name, initial consonants, start of employee number or mail"})
    unit_id = Whole(metadata={"description": "Who serves there today"})
    employee_no = Words(40)


class TranscriptLine(Schema):
    """A training that has ended for the person."""

    enrolment_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Credited minutes of the course"})
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    certificate = fields.String(required=True, allow_none=True, metadata={"description": "Code of the one in force"})


@people.operation("GET", "/people", text("Look people up"), Permission.LOOK_UP, page_of(PersonItem), query=PeopleWanted)
def index(wanted: dict[str, Any]) -> Response:
    """By id."""
    statement = _PEOPLE.where(visible(me(), Person, Permission.LOOK_UP), *_conditions(wanted))
    return page(session(), statement, [Person.id], wanted, _item, today=clock.today())


@people.operation("GET", "/people/me", text("Yourself"), Permission.LEARN, PersonDetail)
def myself() -> Response:
    """The person the token stands for."""
    return answer(_detail(session(), Person.id == me().id))


@people.operation("GET", "/people/<int:person_id>", text("One person"), Permission.LOOK_UP, PersonDetail)
def show(person_id: int) -> Response:
    """With roles."""
    return answer(_detail(session(), Person.id == person_id, visible(me(), Person, Permission.LOOK_UP)))


@people.operation(
    "GET",
    "/people/me/transcript",
    text("What you have completed, and what not"),
    Permission.LEARN,
    page_of(TranscriptLine),
    query=Paged,
)
def transcript(wanted: dict[str, Any]) -> Response:
    """By the day it began."""
    statement = _TRANSCRIPT.where(Enrolment.person_id == me().id)
    return page(session(), statement, [Run.starts_on, Enrolment.id], wanted, _line)


def _conditions(wanted: dict[str, Any]) -> Sequence[ColumnElement[bool]]:
    conditions = [matches(word) for word in search_key(wanted.get("q", "")).split()]
    if "unit_id" in wanted:
        conditions.append(OrgUnit.id == wanted["unit_id"])
    if "employee_no" in wanted:
        conditions.append(Person.employee_no == wanted["employee_no"])
    return conditions


def _detail(db: Session, *conditions: ColumnElement[bool]) -> dict[str, Any]:
    row = db.execute(_PEOPLE.where(*conditions), {"today": clock.today()}).first() or abort(404)
    roles = db.scalars(select(RoleGrant.role).where(RoleGrant.person_id == row.id).distinct())
    return {**_item(row), "roles": sorted(role.value for role in roles)}


def _item(row: Row[Any]) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("id", "employee_no", "name", "name_roman", "mail", "institution")},
        "active": bool(row.active),
        "unit_id": row.unit_id,
        "unit": row.path,
        "grade": row.grade,
        "post": row.post,
    }


def _line(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TranscriptLine().fields}


_TODAY = bindparam("today", type_=Date)
_PEOPLE: Select[*tuple[Any, ...]] = (
    select(
        Person.id, Person.employee_no, Person.name, Person.name_roman, Person.mail, Person.institution,
        Person.active_on(_TODAY).label("active"), OrgUnit.id.label("unit_id"), OrgUnit.path, Posting.grade,
        Posting.post,
    )
    .outerjoin(
        Posting,
        Posting.id
        == select(Posting.id)
        .where(Posting.person_id == Person.id, Posting.on(_TODAY))
        .order_by(Posting.from_on.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery(),
    )
    .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
)  # fmt: skip
_TRANSCRIPT: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.run_id, Course.title, Course.kind, Course.level,
        Run.starts_on, Run.ends_on, Course.minutes, Enrolment.outcome, Certificate.code.label("certificate"),
    )
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, in_force()))
    .where(Enrolment.status == Status.ENROLLED, Enrolment.outcome.is_not(None))
)  # fmt: skip
