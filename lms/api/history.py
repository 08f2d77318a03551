"""What became of an enrolment, change by change."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from courses.enrolment.history import changes
from courses.enrolment.models import Enrolment
from courses.enrolment.words import Change
from courses.permissions import Permission, visible
from courses.text import text
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.auth.guard import me
from lms.db import session
from lms.i18n import words
from lms.web.history.views import READERS

histories = Resource("histories", text("History"))


class ChangeItem(Schema):
    """One change of an enrolment, or (movement) of the person meanwhile."""

    at = fields.DateTime(required=True)
    kind = fields.String(required=True, metadata={"description": "The status it got, or what else happened"})
    what = fields.String(required=True, metadata={"description": "A sentence in your language"})
    reason = fields.String(required=True)
    by = fields.String(required=True, allow_none=True, metadata={"description": "Who did it; null: the system"})
    unit = fields.String(required=True, metadata={"description": "The person's unit on that day"})
    grade = fields.String(required=True, metadata={"description": "The person's grade on that day"})
    movement = fields.Boolean(required=True, metadata={"description": "A transfer, promotion or leave of the person"})


class History(Schema):
    items = fields.List(fields.Nested(ChangeItem), required=True)


@histories.operation(
    "GET",
    "/enrolments/<int:enrolment_id>/history",
    text("What became of an enrolment"),
    Permission.LEARN,
    History,
)
def history(enrolment_id: int) -> Response:
    """The first change first: for the person, those who decide for the department, and officers."""
    reach = or_(*(visible(me(), Enrolment, one) for one in READERS))
    session().scalar(select(Enrolment.id).where(Enrolment.id == enrolment_id, reach)) or abort(404)
    return answer({"items": [_item(one) for one in changes(session(), enrolment_id)]})


def _item(one: Change) -> dict[str, Any]:
    return {**vars(one), "what": words(one.what), "reason": words(one.reason)}
