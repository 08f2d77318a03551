"""What the nightly audit of all enrolments found."""

from __future__ import annotations

from datetime import datetime

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from courses.enrolment import audit
from courses.enrolment.findings import Finding
from courses.permissions import Permission
from courses.text import text
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.db import session

audits = Resource("audits", text("Audit of enrolments"))


class FindingItem(Schema):
    """Something that must not be, with what to do about it."""

    code = fields.String(required=True)
    run_id = fields.Integer(required=True)
    enrolment_id = fields.Integer(required=True, allow_none=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)


class AuditItem(Schema):
    """The last audit; `at` is null before the first one. Of very many findings only the first are kept."""

    at = fields.DateTime(required=True, allow_none=True)
    number = fields.Integer(required=True, metadata={"description": "How many findings there were"})
    findings = fields.List(fields.Nested(FindingItem), required=True)


@audits.operation(
    "GET", "/audits/enrolments", text("The last audit of all enrolments"), Permission.ADMINISTER, AuditItem
)
def show() -> Response:
    """Seats against rows, nobody waiting for a seat they may have, every history legal, nobody promoted out of turn."""
    last = audit.last(session())
    if last is None:
        return answer({"at": None, "number": 0, "findings": []})
    findings = [Finding.from_json(one)._asdict() for one in last["findings"]]
    return answer({"at": datetime.fromisoformat(last["at"]), "number": last["number"], "findings": findings})
