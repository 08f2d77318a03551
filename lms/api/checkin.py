"""Checking in to a session, and who is in."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from courses import clock
from courses.attendance import checkin
from courses.attendance.models import CheckInState, CheckInWindow
from courses.attendance.wall import Entry, wall
from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.web.checkin.tries import MINUTES, forget_tries, may_try

check_ins = Resource("check-ins", text("Check-in"))


class CodeSent(Schema):
    """What the room's screen shows: the six digits, or the code of the QR's address."""

    code = Words(40, required=True)


class ArrivalItem(Schema):
    """A check-in, which the instructor still confirms."""

    session_id = fields.Integer(required=True)
    enrolment_id = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    late = fields.Integer(required=True, metadata={"description": "Minutes of class missed by then"})
    again = fields.Boolean(required=True, metadata={"description": "It was so before"})


class EntryItem(Schema):
    """Somebody on the roster. `at`, `state`: null for who has not checked in."""

    enrolment_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True)
    at = fields.DateTime(required=True, allow_none=True)
    state = fields.Enum(CheckInState, by_value=True, required=True, allow_none=True)
    late = fields.Integer(required=True)


class CheckInList(Schema):
    """Who is in and who is missing; `open_until` is null while no check-ins are taken."""

    session_id = fields.Integer(required=True)
    open_until = fields.DateTime(required=True, allow_none=True)
    people = fields.List(fields.Nested(EntryItem), required=True)


@check_ins.operation(
    "GET", "/sessions/<int:session_id>/check-ins", text("Who has checked in"), Permission.TEACH, CheckInList
)
def index(session_id: int) -> Response:
    """Everybody with a seat, by name. For the run's instructors and officers."""
    db, mine = doors.session(), visible(me(), ClassSession, Permission.TEACH)
    of_id = select(ClassSession).options(joinedload(ClassSession.run)).where(ClassSession.id == session_id, mine)
    session = db.scalar(of_id) or abort(404)
    window = db.get(CheckInWindow, session_id)
    is_open = window is not None and clock.now() < window.closes_at
    people = sorted(wall(db, session).everybody, key=lambda entry: entry.row.number)
    body = {"session_id": session_id, "open_until": window.closes_at if window and is_open else None}
    return answer({**body, "people": [_item(entry) for entry in people]})


@check_ins.operation(
    "POST",
    "/sessions/<int:session_id>/check-ins",
    text("Check in"),
    Permission.LEARN,
    ArrivalItem,
    body=CodeSent,
    example={"code": "123456"},
    says=(409, 429),
)
def enter(sent: dict[str, Any], session_id: int) -> Response:
    """For the token's own person. A code is good for a minute at most; once more changes nothing."""
    if not may_try(me().id):
        raise TooManyRequests(retry_after=MINUTES * 60)
    db, actor = acting()
    arrival = checkin.check_in(db, actor.id, sent["code"], session_id=session_id)
    doors.commit()
    forget_tries(actor.id)
    return answer({name: getattr(arrival, name) for name in ("session_id", "enrolment_id", "at", "late", "again")})


def _item(entry: Entry) -> dict[str, Any]:
    about = {name: getattr(entry.row, name) for name in ("enrolment_id", "name", "employee_no")}
    return {**about, "at": entry.at, "state": entry.state, "late": entry.late}
