"""Courses: what is taught, whenever it is."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Row, Select, select
from werkzeug.wrappers import Response

from courses.catalogue.models import Area, Course, Kind, Level
from courses.catalogue.queries import mentions
from courses.permissions import Permission, visible
from courses.text import search_key, text
from lms.api.answers import answer
from lms.api.fields import Choice, Several, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me
from lms.db import session

courses = Resource("courses", text("Courses"))


class CourseItem(Schema):
    """A course. Minutes are credited minutes: hours × 60."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    area = fields.String(required=True, allow_none=True, metadata={"description": "Of workplace courses"})
    minutes = fields.Integer(required=True)
    recognised_minutes = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Toward the yearly target; null: as many as it has"}
    )
    capacity = fields.Integer(required=True, allow_none=True, metadata={"description": "Usual seats of a run"})
    scored = fields.Boolean(required=True)
    mandatory = fields.Boolean(required=True)
    description = fields.String(required=True)
    audience = fields.String(required=True)
    draft = fields.Boolean(required=True, metadata={"description": "Being written; only officers see it"})
    retired_on = fields.Date(required=True, allow_none=True)


class CoursesWanted(Paged):
    q = Words(80, metadata={"description": "Words of title, code or area, or initial consonants of the title"})
    kind = Several(Choice(Kind), 10)
    level = Several(Choice(Level), 10)


@courses.operation("GET", "/courses", text("All courses"), Permission.LEARN, page_of(CourseItem), query=CoursesWanted)
def index(wanted: dict[str, Any]) -> Response:
    """By code."""
    statement = _COURSES.where(visible(me(), Course), *_conditions(wanted))
    return page(session(), statement, [Course.code, Course.id], wanted, _item)


@courses.operation("GET", "/courses/<int:course_id>", text("One course"), Permission.LEARN, CourseItem)
def show(course_id: int) -> Response:
    """One course."""
    row = session().execute(_COURSES.where(Course.id == course_id, visible(me(), Course))).first()
    return answer(_item(row or abort(404)))


def _conditions(wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions = [mentions(session(), word) for word in search_key(wanted.get("q", "")).split()]
    if "kind" in wanted:
        conditions.append(Course.kind.in_(wanted["kind"]))
    if "level" in wanted:
        conditions.append(Course.level.in_(wanted["level"]))
    return conditions


def _item(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _NAMES}


_NAMES = tuple(CourseItem().fields)
_COURSES: Select[*tuple[Any, ...]] = select(
    *(Area.name.label("area") if name == "area" else getattr(Course, name) for name in _NAMES)
).outerjoin(Area, Area.id == Course.area_id)
