"""The head's step, and the applicant's own: approve, return, recall."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.enrolment import approvals as rules
from courses.enrolment.approvals import Refusals
from courses.enrolment.models import Enrolment
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.enrolments import EnrolmentItem, item_of
from lms.api.fields import Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me

approvals = Resource("approvals", text("Approvals"))


class WaitingItem(Schema):
    """An application that it is your turn to decide on; officers get all there are."""

    id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    number = fields.Integer(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    grade = fields.String(required=True)
    unit = fields.String(required=True)
    motive = fields.String(required=True)
    since = fields.DateTime(required=True)
    overdue = fields.Boolean(
        required=True, metadata={"description": "Waits so long that the next head above may decide, too"}
    )
    at = fields.String(required=True, metadata={"description": "The unit whose head's turn it is"})


class WaitingList(Schema):
    items = fields.List(fields.Nested(WaitingItem), required=True)


class Reason(Schema):
    reason = Words(400, required=True, metadata={"description": "The applicant reads it"})


class Motive(Schema):
    motive = Words(400, required=True)


@approvals.operation("GET", "/approvals", text("Applications that wait for you"), Permission.APPROVE, WaitingList)
def index() -> Response:
    """By the start of the run, then in official order; at most 200."""
    waiting = rules.waiting(doors.session(), me(), everything=True)
    return answer({"items": [row._asdict() for row in waiting]})


@approvals.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/approval",
    text("Approve an application"),
    Permission.APPROVE,
    EnrolmentItem,
)
def approve(enrolment_id: int) -> Response:
    """By the head of the applicant's unit of today, or who stands in; by the next one above when it is overdue."""
    db, actor = acting()
    _reached(enrolment_id)
    _all_done(rules.approve(db, actor.id, [enrolment_id]))
    return _kept(enrolment_id)


@approvals.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/return",
    text("Return an application for correction"),
    Permission.APPROVE,
    EnrolmentItem,
    body=Reason,
    example={"reason": "신청 사유를 구체적으로 적어 주세요"},
)
def return_to(how: dict[str, Any], enrolment_id: int) -> Response:
    """The applicant gets the reason, and can correct the application and send it again."""
    db, actor = acting()
    _reached(enrolment_id)
    _all_done(rules.return_to(db, actor.id, [enrolment_id], how["reason"]))
    return _kept(enrolment_id)


@approvals.operation(
    "POST", "/enrolments/<int:enrolment_id>/recall", text("Recall your application"), Permission.LEARN, EnrolmentItem
)
def recall(enrolment_id: int) -> Response:
    """Before anybody has decided on it. It is withdrawn, and can be made anew."""
    db, actor = acting()
    own = select(Enrolment.id).where(Enrolment.id == enrolment_id, visible(actor, Enrolment))
    db.scalar(own) or abort(404)
    rules.recall(db, actor.id, enrolment_id)
    return _kept(enrolment_id)


@approvals.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/application",
    text("Send your returned application again"),
    Permission.LEARN,
    EnrolmentItem,
    body=Motive,
    example={"motive": "민원 자료를 정리하는 데 필요합니다"},
)
def reapply(how: dict[str, Any], enrolment_id: int) -> Response:
    """With another motive, also after applications have closed."""
    db, actor = acting()
    own = select(Enrolment.id).where(Enrolment.id == enrolment_id, visible(actor, Enrolment))
    db.scalar(own) or abort(404)
    rules.reapply(db, actor.id, enrolment_id, how["motive"])
    return _kept(enrolment_id)


def _reached(enrolment_id: int) -> None:
    reach = visible(me(), Enrolment, Permission.APPROVE)
    doors.session().scalar(select(Enrolment.id).where(Enrolment.id == enrolment_id, reach)) or abort(404)


def _all_done(refused: Refusals) -> None:
    for _, reason in refused:
        raise reason


def _kept(enrolment_id: int) -> Response:
    body = item_of(doors.session(), enrolment_id)
    doors.commit()
    return answer(body)
