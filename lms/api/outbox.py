"""The outbox: messages by channel and state, and text messages handed over to the organisation's own system."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import Row, select
from werkzeug.wrappers import Response

from courses.notices import texts
from courses.notices.models import Channel, Message, MessageState, Notice, NoticeKind
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Choice
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import acting

outbox = Resource("outbox", text("Outbox"))


class MessageItem(Schema):
    """A mail, or a line for the text-message system: `address` is a mail address, or an employee number."""

    id = fields.Integer(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    state = fields.Enum(MessageState, by_value=True, required=True)
    kind = fields.Enum(NoticeKind, by_value=True, required=True)
    person_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)
    attempts = fields.Integer(required=True)
    error = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    sent_at = fields.DateTime(required=True, allow_none=True)
    file = fields.Integer(required=True, allow_none=True, metadata={"description": "In which it was handed over"})


class MessagesWanted(Paged):
    channel = Choice(Channel)
    state = Choice(MessageState)
    kind = Choice(NoticeKind)


class LineItem(Schema):
    number = fields.String(required=True, metadata={"description": "Of the employee"})
    name = fields.String(required=True)
    words = fields.String(required=True)
    long = fields.Boolean(required=True, metadata={"description": "Whether it goes as a long message"})
    kind = fields.Enum(NoticeKind, by_value=True, required=True)
    created_at = fields.DateTime(required=True)


class TextFile(Schema):
    """Text messages that were handed over together. Each stands in one file only."""

    number = fields.Integer(required=True)
    items = fields.List(fields.Nested(LineItem), required=True)


@outbox.operation(
    "GET", "/outbox", text("What leaves the house"), Permission.PLAN, page_of(MessageItem), query=MessagesWanted
)
def index(wanted: dict[str, Any]) -> Response:
    """In the order in which it was written."""
    statement = _MESSAGES
    for name, column in (("channel", Message.channel), ("state", Message.state), ("kind", Notice.kind)):
        if name in wanted:
            statement = statement.where(column == wanted[name])
    return page(doors.session(), statement, [Message.id], wanted, _item)


@outbox.operation(
    "POST", "/outbox/texts", text("Hand over the text messages that wait"), Permission.PLAN, TextFile, status=201
)
def hand_over() -> Response:
    """All of them, in a new file. 409 when none waits."""
    db, actor = acting()
    number = texts.hand_over(db, actor.id)
    body = _file(number, texts.lines(db, number))
    doors.commit()
    return answer(body, 201, headers={"Location": url_for("api-outbox.show", number=number)})


@outbox.operation("GET", "/outbox/texts/<int:number>", text("A file of text messages"), Permission.PLAN, TextFile)
def show(number: int) -> Response:
    """As it was handed over, the same whenever it is fetched."""
    return answer(_file(number, texts.lines(doors.session(), number) or abort(404)))


def _item(row: Row[Any]) -> dict[str, Any]:
    return {name: row.batch if name == "file" else getattr(row, name) for name in _SHOWN}


def _file(number: int, lines: list[texts.Line]) -> dict[str, Any]:
    return {"number": number, "items": [{**one._asdict(), "long": texts.is_long(one.words)} for one in lines]}


_SHOWN = list(MessageItem().fields)
_MESSAGES = select(
    Message.id, Message.channel, Message.state, Message.name, Message.address, Message.subject, Message.body,
    Message.attempts, Message.error, Message.created_at, Message.sent_at, Message.batch,
    Notice.kind, Notice.person_id, Notice.run_id,
).join(Notice, Notice.id == Message.notice_id)  # fmt: skip
