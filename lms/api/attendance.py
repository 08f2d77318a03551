"""Attendance of a session: the sheet, written as the instructors' grid writes it."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.attendance import actions, queries
from courses.attendance.actions import Foreign, Saved
from courses.attendance.marks import MarkInput
from courses.attendance.minutes import LATENESS
from courses.attendance.models import AttendanceMark, Ground
from courses.attendance.rules import refusal
from courses.permissions import Permission, visible
from courses.scheduling.locks import lock_run
from courses.scheduling.models import ClassSession
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, require_match
from lms.api.fields import Choice, Several, Whole
from lms.api.resource import Resource
from lms.auth.guard import acting, me

attendance = Resource("attendance", text("Attendance"))

_DETAIL = str(text("Minutes belong to late, left_early and stepped_out, a ground to excused"))
_TWICE = str(text("The same enrolment stands here twice"))
_DAY = 24 * 60


class MarkSent(Schema):
    """A mark; null clears it. Minutes and ground may be left out: then the usual ones, or those that stand."""

    mark = Choice(AttendanceMark, required=True, allow_none=True)
    minutes = Whole(0, _DAY, allow_none=True, metadata={"description": "Missed, by the clock"})
    ground = Choice(Ground, allow_none=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        mark = data.get("mark")
        late = data.get("minutes") is None or mark in LATENESS
        excused = data.get("ground") is None or mark is AttendanceMark.EXCUSED
        if not (late and excused):
            raise ValidationError(_DETAIL, "mark")


class MarkOf(MarkSent):
    """The mark of one enrolment."""

    enrolment_id = Whole(required=True)


class SheetSent(Schema):
    """Marks to write. Whoever is not named keeps theirs. `seen` is the sheet as it was known: what differs is told."""

    marks = Several(fields.Nested(MarkOf), required=True)
    seen = Several(fields.Nested(MarkOf))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("marks", "seen"):
            ids = [one["enrolment_id"] for one in data.get(name, ())]
            if len(ids) != len(set(ids)):
                raise ValidationError(_TWICE, name)


class MarkItem(Schema):
    """How somebody attended a session."""

    enrolment_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "On the day of the session"})
    mark = fields.Enum(AttendanceMark, by_value=True, required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True)
    ground = fields.Enum(Ground, by_value=True, required=True, allow_none=True)


class Sheet(Schema):
    """Everybody with a seat, by name."""

    session_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    closed = fields.String(required=True, allow_none=True, metadata={"description": "Why nobody can mark now"})
    marks = fields.List(fields.Nested(MarkItem), required=True)


class Change(Schema):
    """A mark that somebody else had changed meanwhile."""

    enrolment_id = fields.Integer(required=True)
    mark = fields.Enum(AttendanceMark, by_value=True, required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True, allow_none=True)


class SheetSaved(Sheet):
    """The sheet as it stands now, and what became of what was sent."""

    written = fields.Integer(required=True, metadata={"description": "Marks that are other than before"})
    changed_by_others = fields.List(fields.Nested(Change), required=True)
    no_longer_enrolled = fields.List(fields.Integer(), required=True)


_EXAMPLE = {
    "marks": [{"enrolment_id": 7, "mark": "present"}, {"enrolment_id": 8, "mark": "late", "minutes": 20}],
    "seen": [{"enrolment_id": 7, "mark": None}, {"enrolment_id": 8, "mark": "absent"}],
}


@attendance.operation(
    "GET", "/sessions/<int:session_id>/attendance", text("The attendance sheet"), Permission.TEACH, Sheet
)
def show(session_id: int) -> Response:
    """For the run's instructors and officers."""
    db = doors.session()
    return answer(_sheet(db, _session(db, session_id)))


@attendance.operation(
    "PUT",
    "/sessions/<int:session_id>/attendance",
    text("Mark attendance"),
    Permission.TEACH,
    SheetSaved,
    body=SheetSent,
    example=_EXAMPLE,
)
def save(sent: dict[str, Any], session_id: int) -> Response:
    """The last writer of each mark wins; changes of others are told when `seen` says what was known.

    With If-Match nothing is written when anything on the sheet has changed.
    """
    db, actor = acting()
    session = _locked(db, session_id)
    require_match(_sheet(db, session))
    saved = actions.mark(db, actor.id, session_id, _marks(sent["marks"]), _seen(sent.get("seen")))
    body = {**_sheet(db, session), **_told(saved)}
    doors.commit()
    return answer(body)


@attendance.operation(
    "GET",
    "/sessions/<int:session_id>/attendance/<int:enrolment_id>",
    text("The mark of one person"),
    Permission.TEACH,
    MarkItem,
)
def show_one(session_id: int, enrolment_id: int) -> Response:
    """Of somebody with a seat in the run."""
    db = doors.session()
    return answer(_row(db, _session(db, session_id), enrolment_id))


@attendance.operation(
    "PUT",
    "/sessions/<int:session_id>/attendance/<int:enrolment_id>",
    text("Mark one person"),
    Permission.TEACH,
    MarkItem,
    body=MarkSent,
    example={"mark": "excused", "ground": "duty"},
)
def save_one(sent: dict[str, Any], session_id: int, enrolment_id: int) -> Response:
    """The last writer wins, unless If-Match says what was seen."""
    db, actor = acting()
    session = _locked(db, session_id)
    require_match(_row(db, session, enrolment_id))
    actions.mark(db, actor.id, session_id, {enrolment_id: _mark(sent)})
    body = _row(db, session, enrolment_id)
    doors.commit()
    return answer(body)


def _session(db: Session, session_id: int) -> ClassSession:
    reach = visible(me(), ClassSession, Permission.TEACH)
    statement = select(ClassSession).options(joinedload(ClassSession.run)).where(ClassSession.id == session_id, reach)
    return db.scalar(statement) or abort(404)


def _locked(db: Session, session_id: int) -> ClassSession:
    """The same, with its run locked: what is held against If-Match is what will be changed."""
    session = _session(db, session_id)
    lock_run(db, session.run_id)
    return session


def _sheet(db: Session, session: ClassSession) -> dict[str, Any]:
    refused = refusal(session.run.state, session.starts_at)
    return {
        "session_id": session.id,
        "run_id": session.run_id,
        "number": session.number,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "closed": refused.message if refused else None,
        "marks": [_item(row) for row in queries.roster(db, session)],
    }


def _row(db: Session, session: ClassSession, enrolment_id: int) -> dict[str, Any]:
    found = (row for row in queries.roster(db, session) if row.enrolment_id == enrolment_id)
    row = next(found, None) or abort(404)
    return _item(row)


def _item(row: queries.SheetRow) -> dict[str, Any]:
    about = {name: getattr(row, name) for name in ("enrolment_id", "name", "employee_no", "unit")}
    return {**about, "mark": row.mark.mark, "minutes": row.mark.minutes, "ground": row.mark.ground}


def _mark(sent: dict[str, Any]) -> MarkInput:
    return MarkInput(sent["mark"], sent.get("minutes"), sent.get("ground"))


def _marks(sent: list[dict[str, Any]]) -> dict[int, MarkInput]:
    return {one["enrolment_id"]: _mark(one) for one in sent}


def _seen(sent: list[dict[str, Any]] | None) -> dict[int, str] | None:
    return None if sent is None else {key: str(mark) for key, mark in _marks(sent).items()}


def _told(saved: Saved) -> dict[str, Any]:
    return {
        "written": saved.written,
        "changed_by_others": [_change(change) for change in saved.foreign],
        "no_longer_enrolled": saved.gone,
    }


def _change(change: Foreign) -> dict[str, Any]:
    return {"enrolment_id": change.enrolment_id, "mark": change.mark.mark, "by": change.by, "at": change.at}
