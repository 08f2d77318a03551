"""Weighty steps that a second person confirms."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.certificates import documents, revisions
from courses.confirming import actions, queries
from courses.confirming.models import Confirmation, State
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.web.confirming.words import concerned

confirmations = Resource("confirmations", text("Second persons"))


_ABOUT = {revisions.REVOCATION: "certificate_id", documents.REVOCATION: "document_id"}
"""By kind, which field says what it is about; all others are about a run."""


class ConfirmationItem(Schema):
    """A step that somebody wants taken; `answer` says why it was declined."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    run_id = fields.Integer(required=True, allow_none=True, metadata={"description": "The run it is about"})
    certificate_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The certificate it is about, instead"}
    )
    document_id = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The confirmation or transcript it is about, instead"},
    )
    title = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in State]})
    asked_by = fields.String(required=True)
    asked_at = fields.DateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    answer = fields.String(required=True)


class ConfirmationDetail(ConfirmationItem):
    fingerprint = fields.String(
        required=True, metadata={"description": "Differs once it would concern others; empty where that cannot be"}
    )


class ConfirmationList(Schema):
    items = fields.List(fields.Nested(ConfirmationItem), required=True)


class StepSeen(Schema):
    seen = Words(
        64, load_default=None, metadata={"description": "The fingerprint that was looked at; another is a 409"}
    )


class StepAnswer(Schema):
    answer = Words(400, load_default="", metadata={"description": "Why not; whoever asked takes it back without"})


@confirmations.operation(
    "GET", "/confirmations", text("Steps that wait for a second person"), Permission.CONFIRM, ConfirmationList
)
def index() -> Response:
    """The oldest first. What one asked for oneself, somebody else confirms."""
    found = queries.waiting(doors.session(), _allowed(me()))
    return answer({"items": [_item(row, None) for row in found]})


@confirmations.operation(
    "GET", "/confirmations/<int:confirmation_id>", text("One such step"), Permission.CONFIRM, ConfirmationDetail
)
def show(confirmation_id: int) -> Response:
    """Also once it is decided."""
    db = doors.session()
    row = queries.one(db, _allowed(me()), confirmation_id) or abort(404)
    _, fingerprint = concerned(db, row[0]) if row[0].state is State.ASKED else ((), "")
    return answer({**_item(row, row.decider), "fingerprint": fingerprint})


@confirmations.operation(
    "POST",
    "/confirmations/<int:confirmation_id>/confirmation",
    text("Confirm a step as the second person"),
    Permission.CONFIRM,
    ConfirmationItem,
    body=StepSeen,
    body_required=False,
    example={"seen": "5f0c2a9e1b7d4c38"},
)
def confirm(sent: dict[str, Any], confirmation_id: int) -> Response:
    """It is taken at once."""
    db, actor = acting()
    _one(db, actor, confirmation_id)
    actions.confirm(db, actor.id, confirmation_id, seen=sent["seen"])
    return _kept(db, actor, confirmation_id)


@confirmations.operation(
    "POST",
    "/confirmations/<int:confirmation_id>/refusal",
    text("Decline a step, or take your own back"),
    Permission.CONFIRM,
    ConfirmationItem,
    body=StepAnswer,
    example={"answer": "이의신청이 아직 남아 있습니다"},
)
def decline(sent: dict[str, Any], confirmation_id: int) -> Response:
    """It is not taken."""
    db, actor = acting()
    _one(db, actor, confirmation_id)
    actions.decline(db, actor.id, confirmation_id, sent["answer"])
    return _kept(db, actor, confirmation_id)


def _allowed(actor: Actor) -> ColumnElement[bool]:
    return visible(actor, Confirmation, Permission.CONFIRM)


def _one(db: Session, actor: Actor, confirmation_id: int) -> dict[str, Any]:
    row = queries.one(db, _allowed(actor), confirmation_id) or abort(404)
    return _item(row, row.decider)


def _kept(db: Session, actor: Actor, confirmation_id: int) -> Response:
    body = _one(db, actor, confirmation_id)
    doors.commit()
    return answer(body)


def _item(row: Row[Any], decider: str | None) -> dict[str, Any]:
    one: Confirmation = row[0]
    plain = {name: getattr(one, name) for name in ("id", "kind", "title", "reason", "asked_at", "decided_at", "answer")}
    about: dict[str, int | None] = dict.fromkeys(("run_id", *_ABOUT.values()))
    about[_ABOUT.get(one.kind, "run_id")] = one.subject_id
    said = {**about, "state": one.state.value, "asked_by": row.asker, "decided_by": decider}
    return plain | said
