"""Requests to be excused: one's own, and those that wait for training officers."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.attendance import absences as rows
from courses.attendance import excusing
from courses.attendance.excusing import Refusals
from courses.attendance.models import AbsenceRequest, Ground, RequestState, ReturnReason
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Choice, Several, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me

absences = Resource("absences", text("Excused absences"))


class CoveredItem(Schema):
    """A session that is asked for. `moved`: it lies on another day by now, and is covered no more."""

    session_id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    mark = fields.String(required=True, metadata={"description": "As it stands in the sheet; empty: not marked"})
    moved = fields.Boolean(required=True)


class AbsenceItem(Schema):
    """A request to be excused. Nothing more is kept of why somebody is away."""

    id = fields.Integer(required=True)
    enrolment_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    name = fields.String(required=True)
    ground = fields.String(required=True, metadata={"enum": [ground.value for ground in Ground]})
    document_no = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in RequestState]})
    reason = fields.String(required=True, allow_none=True, metadata={"enum": [*map(str, ReturnReason), None]})
    asked_at = fields.DateTime(required=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    sessions = fields.List(fields.Nested(CoveredItem), required=True)


class AbsenceList(Schema):
    items = fields.List(fields.Nested(AbsenceItem), required=True)


class AbsenceSent(Schema):
    """Sessions of the run, the ground, and the number of the document that approves it."""

    sessions = Several(Whole(), required=True)
    ground = Choice(Ground, required=True)
    document_no = Words(excusing.NUMBER, required=True)


class ReturnSent(Schema):
    reason = Choice(ReturnReason, required=True)


@absences.operation("GET", "/absences", text("Requests to be excused that wait"), Permission.PLAN, AbsenceList)
def index() -> Response:
    """In the order in which they came; at most 200."""
    return answer({"items": [_item(one) for one in rows.waiting(doors.session())]})


@absences.operation(
    "GET",
    "/enrolments/<int:enrolment_id>/absences",
    text("Your requests to be excused in a run"),
    Permission.LEARN,
    AbsenceList,
)
def own(enrolment_id: int) -> Response:
    """The latest first."""
    db = doors.session()
    _own(db, enrolment_id)
    return answer({"items": [_item(one) for one in rows.of_enrolment(db, enrolment_id)]})


@absences.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/absences",
    text("Ask to be excused"),
    Permission.LEARN,
    AbsenceItem,
    body=AbsenceSent,
    example={"sessions": [7], "ground": "duty", "document_no": "총무과-1234"},
)
def ask(how: dict[str, Any], enrolment_id: int) -> Response:
    """Before a session, or up to three days after."""
    db, actor = acting()
    _own(db, enrolment_id)
    asked = excusing.ask(db, actor.id, enrolment_id, how["sessions"], how["ground"], how["document_no"])
    return _kept(db, asked.id)


@absences.operation(
    "POST", "/absences/<int:absence_id>/withdrawal", text("Take your request back"), Permission.LEARN, AbsenceItem
)
def withdraw(absence_id: int) -> Response:
    """Before anybody has decided on it."""
    db, actor = acting()
    mine = select(AbsenceRequest.id).join(Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
    db.scalar(mine.where(AbsenceRequest.id == absence_id, visible(actor, Enrolment))) or abort(404)
    excusing.withdraw(db, actor.id, absence_id)
    return _kept(db, absence_id)


@absences.operation(
    "POST", "/absences/<int:absence_id>/approval", text("Excuse somebody"), Permission.PLAN, AbsenceItem
)
def approve(absence_id: int) -> Response:
    """It stands in the sheet of each session at once, also of those that lie ahead."""
    db, actor = acting()
    db.get(AbsenceRequest, absence_id) or abort(404)
    _all_done(excusing.approve(db, actor.id, [absence_id]))
    return _kept(db, absence_id)


@absences.operation(
    "POST",
    "/absences/<int:absence_id>/return",
    text("Return a request to be excused"),
    Permission.PLAN,
    AbsenceItem,
    body=ReturnSent,
    example={"reason": "number"},
)
def return_to(how: dict[str, Any], absence_id: int) -> Response:
    """For one of four reasons; the person may ask anew."""
    db, actor = acting()
    db.get(AbsenceRequest, absence_id) or abort(404)
    _all_done(excusing.return_to(db, actor.id, [absence_id], how["reason"]))
    return _kept(db, absence_id)


def _own(db: Session, enrolment_id: int) -> None:
    seated = Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED
    db.scalar(select(Enrolment.id).where(*seated, visible(me(), Enrolment))) or abort(404)


def _all_done(refused: Refusals) -> None:
    for _, reason in refused:
        raise reason


def _kept(db: Session, absence_id: int) -> Response:
    body = _item(rows.one(db, absence_id))
    doors.commit()
    return answer(body)


def _item(one: rows.Request) -> dict[str, Any]:
    names = ("id", "enrolment_id", "run_id", "title", "name", "document_no", "asked_at", "decided_at")
    said = {"ground": one.ground.value, "state": one.state.value, "reason": one.reason and one.reason.value}
    return {name: getattr(one, name) for name in names} | said | {"sessions": [_covered(each) for each in one.sessions]}


def _covered(one: rows.Covered) -> dict[str, Any]:
    plain = {"number": one.number, "starts_at": one.starts_at, "mark": str(one.mark), "moved": one.moved}
    return {"session_id": one.id, **plain}
