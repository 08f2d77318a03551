from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row

from courses.text import text
from lms.i18n import words

_FIELDS = {
    "status": text("Status"),
    "capacity": text("Capacity"),
    "state": text("State"),
    "title": text("Title"),
    "name": text("Name"),
    "mail": text("E-mail"),
    "reason": text("Reason"),
    "number": text("Number"),
    "role": text("Role"),
    "minutes": text("Minutes"),
    "starts_on": text("From"),
    "ends_on": text("Until"),
    "thing": text("Record"),
    "file": text("File"),
    "filename": text("File"),
    "rows": text("Rows"),
    "completed": text("Completed"),
    "not_completed": text("Not completed"),
    "policy": text("Policy"),
    "prefix": text("Begins with"),
    "enrolment_id": text("Enrolment"),
    "queue_no": text("Number in the queue"),
    "certificate_id": text("Certificate"),
    "certificates": text("Certificates"),
    "revision": text("Revision"),
    "sessions": text("Sessions"),
    "instructors": text("Instructors"),
    "venue": text("Place"),
    "apply_from": text("Applications open"),
    "apply_until": text("Applications close"),
    "cancel_until": text("Withdraw until"),
    "kind": text("Kind"),
    "code": text("Code"),
    "description": text("Description"),
    "mandatory": text("Mandatory"),
    "bank_id": text("Question bank"),
    "weight": text("Weight"),
    "unit_id": text("Unit"),
    "added": text("Added"),
    "changed": text("Changed"),
    "scores": text("Scores"),
    "marks": text("Attendance"),
    "body": text("Text"),
    "note": text("Note"),
    "until": text("Until"),
    "until_on": text("Until"),
    "from_on": text("From"),
    "course_id": text("Course"),
    "session_id": text("Session"),
    "lesson_id": text("Lesson"),
    "question_id": text("Question"),
    "appeal_id": text("Appeal"),
    "letter_id": text("Letter"),
    "print_job_id": text("Print run"),
    "outcome": text("Outcome"),
    "outcomes": text("Outcomes"),
    "points": text("Points"),
    "sheets": text("Sheets"),
    "sent_on": text("Sent on"),
    "received_by": text("Received by"),
    "expires_on": text("Expires on"),
    "last_day": text("Last day"),
    "people": text("Number of people"),
    "documents": text("Documents"),
    "document": text("Kind of document"),
    "document_id": text("Document number"),
    "request_id": text("Request"),
    "check_id": text("Identity check"),
    "confirmation_id": text("Confirmation"),
    "skill_id": text("Skill"),
    "share_id": text("Shared address"),
    "batch_id": text("Signed together"),
    "batch": text("Handed over together"),
    "root": text("Root of the tree"),
    "key_id": text("Key number"),
    "algorithm": text("Algorithm"),
    "proof": text("How it was checked"),
    "purpose": text("Purpose of the document"),
    "remaining": text("Sheets left"),
    "selected": text("Selected"),
    "not_selected": text("Not selected"),
    "seed": text("Seed"),
    "commitment": text("Commitment"),
    "granted": text("Granted"),
    "ground": text("Legal ground"),
    "asker_id": text("Who asked"),
    "instead_of": text("In place of"),
}
_VALUES = {
    "applied": text("Applied for"),
    "waitlisted": text("Waiting"),
    "enrolled": text("Enrolled"),
    "withdrawn": text("Withdrawn"),
    "cancelled": text("Cancelled"),
    "completed": text("Completed"),
    "not_completed": text("Not completed"),
    "not_registered": text("Never attended"),
    "expelled": text("Expelled"),
    "promoted": text("Promoted from the queue"),
    "selected": text("Selected by an officer"),
    "by the order of the list": text("In the order of the list"),
    "drawn": text("Drawn by lot"),
    "present": text("Present"),
    "late": text("Late"),
    "left_early": text("Left early"),
    "stepped_out": text("Stepped out"),
    "absent": text("Absent"),
    "excused": text("Excused"),
}
_MOST = 12
_LONGEST = 200


class Difference(NamedTuple):
    """One line of an event: what it is about; what was there before (None: not said); what is there now."""

    name: str
    before: str | None
    after: str


def details(event: Row[Any]) -> list[Difference]:
    """What an event says, a line each, at most a dozen."""
    return list(_lines(dict(event.data)))[:_MOST]


def difference(one: Difference) -> str:
    """In one line: status: waitlisted → enrolled."""
    return f"{one.name}: {one.before} → {one.after}" if one.before is not None else f"{one.name}: {one.after}"


def _lines(data: dict[str, Any]) -> Any:
    before, after = data.pop("before", None), data.pop("after", None)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from (_plain(name, value) for name, value in data.items() if value)
        names = dict.fromkeys([*before, *after])
        yield from (_pair(name, before.get(name), after.get(name)) for name in names)
        return
    if before is not None or after is not None:
        yield _pair("status", before, after)
    for name, value in data.items():
        if isinstance(value, dict):
            yield from (
                _pair(inner, *pair) for inner, pair in value.items() if isinstance(pair, list) and len(pair) == 2
            )
        elif value not in (None, "", []):
            yield _plain(name, value)


def _plain(name: str, value: Any) -> Difference:
    return Difference(_name(name), None, _short(value))


def _pair(name: str, before: Any, after: Any) -> Difference:
    return Difference(_name(name), _short(before), _short(after))


def _name(name: str) -> str:
    return words(_FIELDS[name]) if name in _FIELDS else name


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return words(text("Yes") if value else text("No"))
    plain = "–" if value in (None, "") else words(_VALUES.get(value, value)) if isinstance(value, str) else str(value)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
