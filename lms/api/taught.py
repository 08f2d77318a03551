"""What instructors taught: for the program of the office that pays them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from werkzeug.wrappers import Response

from courses.permissions import Permission, may
from courses.scheduling.taught import Taught, ledger
from courses.text import text
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.auth.guard import me
from lms.db import session

taught = Resource("taught", text("Taught periods"))

_LONGEST = timedelta(days=366)
_DAYS = str(text("The last day comes after the first one, at most a year later"))


class TaughtItem(Schema):
    """What one instructor taught of one session: so many periods, an hour each."""

    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    institution = fields.String(required=True)
    session_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    run_number = fields.Integer(required=True)
    session_number = fields.Integer(required=True)
    place = fields.String(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    periods = fields.Integer(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "By the clock, without breaks"})
    subjects = fields.String(required=True)


class TaughtList(Schema):
    items = fields.List(fields.Nested(TaughtItem), required=True)


class TaughtWanted(Schema):
    first = fields.Date(required=True, metadata={"description": "The first day"})
    last = fields.Date(required=True, metadata={"description": "The last day, at most a year later"})

    @validates_schema
    def in_order(self, wanted: dict[str, date], **_options: Any) -> None:
        """A year at most."""
        if not timedelta() <= wanted["last"] - wanted["first"] <= _LONGEST:
            raise ValidationError(_DAYS, "last")


@taught.operation("GET", "/taught", text("Taught periods"), Permission.TEACH, TaughtList, query=TaughtWanted)
def index(wanted: dict[str, date]) -> Response:
    """Of all instructors for officers, of oneself for others; by name, then by time. What is over counts."""
    whose = None if may(me(), Permission.PLAN) else me().id
    teachers = ledger(session(), wanted["first"], wanted["last"], whose)
    return answer({"items": [_item(one) for teacher in teachers for one in teacher.taught]})


def _item(one: Taught) -> dict[str, Any]:
    return asdict(one)
