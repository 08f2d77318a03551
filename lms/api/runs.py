"""Runs and their sessions: the catalogue as the token's person sees it."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Course, Kind, Level
from courses.db import KEY, Moment
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.conditions import mentions, takes_applications
from courses.scheduling.models import ClassSession, Mode, Period, Run, RunState
from courses.text import search_key, text
from lms.api.answers import answer
from lms.api.fields import Choice, Day, Several, Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me
from lms.db import session

runs = Resource("runs", text("Runs"))


class RunItem(Schema):
    """An opening of a course, and how it stands for the token's person."""

    id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Credited minutes: hours × 60"})
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    days = fields.Integer(required=True, metadata={"description": "Days of class; 0 for cyber runs"})
    place = fields.String(required=True)
    teachers = fields.String(required=True)
    capacity = fields.Integer(required=True, allow_none=True, metadata={"description": "null: no limit"})
    mode = fields.Enum(Mode, by_value=True, required=True, metadata={"description": "How places are given out"})
    taken = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    apply_from = fields.DateTime(required=True, allow_none=True)
    apply_until = fields.DateTime(required=True, allow_none=True)
    cancel_until = fields.DateTime(required=True, allow_none=True)
    takes_applications = fields.Boolean(required=True, metadata={"description": "One can enrol now, or queue"})
    enrolment_id = fields.Integer(required=True, allow_none=True, metadata={"description": "One's own"})
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True, metadata={"description": "One's own"})


class RunsWanted(Paged):
    q = Words(80, metadata={"description": "Words of title, instructor or place, or initial consonants (ㅇㅅ)"})
    kind = Several(Choice(Kind), 10)
    level = Several(Choice(Level), 10)
    state = Several(Choice(RunState), 10)
    course_id = Whole()
    first = Day(data_key="from", metadata={"description": "Runs that end on this day or later"})
    until = Day(metadata={"description": "Runs that start on this day or earlier"})


class PeriodItem(Schema):
    """An hour of class."""

    number = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    subject = fields.String(required=True)


class SessionItem(Schema):
    """A dated block of a run in a room."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    room = fields.String(required=True, allow_none=True)
    periods = fields.List(fields.Nested(PeriodItem), required=True)


@runs.operation("GET", "/runs", text("The catalogue"), Permission.LEARN, page_of(RunItem), query=RunsWanted)
def index(wanted: dict[str, Any]) -> Response:
    """By first day. Drafts are seen by officers and by those who teach them."""
    statement = _RUNS.where(reach(), *_conditions(wanted))
    return page(session(), statement, [Run.starts_on, Run.id], wanted, _item, **_asked())


@runs.operation("GET", "/runs/<int:run_id>", text("One run"), Permission.LEARN, RunItem)
def show(run_id: int) -> Response:
    """One run."""
    row = session().execute(_RUNS.where(Run.id == run_id, reach()), _asked()).first()
    return answer(_item(row or abort(404)))


@runs.operation(
    "GET", "/runs/<int:run_id>/sessions", text("The sessions of a run"), Permission.LEARN, page_of(SessionItem),
    query=Paged,
)  # fmt: skip
def sessions(wanted: dict[str, Any], run_id: int) -> Response:
    """In their order, with their hours of class."""
    db = session()
    db.scalar(select(Run.id).where(Run.id == run_id, reach())) or abort(404)
    statement: Select[*tuple[Any, ...]] = (
        select(ClassSession)
        .options(joinedload(ClassSession.room), selectinload(ClassSession.periods))
        .where(ClassSession.run_id == run_id)
    )
    return page(db, statement, [ClassSession.number, ClassSession.id], wanted, lambda row: _session(row[0]))


def reach() -> ColumnElement[bool]:
    """SQL: the runs the token's person sees."""
    return or_(visible(me(), Run), visible(me(), Run, Permission.TEACH))


def _asked() -> dict[str, Any]:
    return {"me": me().id, "now": clock.now(), "today": clock.today()}


def _conditions(wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions = [mentions(word) for word in search_key(wanted.get("q", "")).split()]
    for name, column in (("kind", Course.kind), ("level", Course.level), ("state", Run.state)):
        if name in wanted:
            conditions.append(column.in_(wanted[name]))
    if "course_id" in wanted:
        conditions.append(Run.course_id == wanted["course_id"])
    if "first" in wanted:
        conditions.append(Run.ends_on >= wanted["first"])
    if "until" in wanted:
        conditions.append(Run.starts_on <= wanted["until"])
    return conditions


def _item(row: Row[Any]) -> dict[str, Any]:
    return {**dict(zip(_NAMES, row, strict=False)), "takes_applications": bool(row.takes_applications)}


def _session(one: ClassSession) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "room": one.room.name if one.room else None,
        "periods": [_period(period) for period in one.periods],
    }


def _period(one: Period) -> dict[str, Any]:
    return {"number": one.number, "starts_at": one.starts_at, "ends_at": one.ends_at, "subject": one.subject}


_own, _other = aliased(Enrolment), aliased(Enrolment)
_waiting = select(func.count()).where(_other.run_id == Run.id, _other.status == Status.WAITLISTED)
_open = and_(
    Run.state == RunState.PUBLISHED,
    takes_applications(bindparam("now", type_=Moment), bindparam("today", type_=Date)),
)
_RUNS: Select[*tuple[Any, ...]] = (
    select(
        Run.id, Run.course_id, Course.title, Course.kind, Course.level, Course.minutes, Run.year, Run.number, Run.state,
        Run.starts_on, Run.ends_on, Run.days, Run.place, Run.teachers, Run.capacity, Run.mode, Run.taken,
        _waiting.scalar_subquery().label("waiting"), Run.apply_from, Run.apply_until, Run.cancel_until,
        _open.label("takes_applications"), _own.id.label("enrolment_id"), _own.status.label("status"),
    )
    .join(Course, Course.id == Run.course_id)
    .outerjoin(_own, and_(_own.run_id == Run.id, _own.person_id == bindparam("me", type_=KEY)))
)  # fmt: skip
_NAMES = [str(column.key) for column in _RUNS.selected_columns]
"""The columns in the order of `RunItem`."""
