"""What is written on the boards of runs."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.board import posting
from courses.board.models import Post, PostKind
from courses.people.actor import Actor
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Choice, Lines, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import acting, me

boards = Resource("boards", text("Boards"))

_KINDS = [kind.value for kind in PostKind]


class PostItem(Schema):
    """A notice, a question, or an answer to `question_id`. Of a hidden one the reason alone is told."""

    id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": _KINDS})
    question_id = fields.Integer(required=True, allow_none=True)
    author_id = fields.Integer(required=True)
    author = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True, metadata={"description": "Markdown"})
    created_at = fields.DateTime(required=True)
    edited_at = fields.DateTime(required=True, allow_none=True)
    hidden = fields.String(required=True, allow_none=True, metadata={"description": "Why it is hidden"})


class PostSent(Schema):
    """A notice, for who teaches the run, or a question."""

    kind = Choice(PostKind, load_default=PostKind.QUESTION)
    title = Words(posting.TITLE, required=True)
    body = Lines(posting.LONGEST, required=True)


class ReplySent(Schema):
    body = Lines(posting.LONGEST, required=True)


@boards.operation(
    "GET", "/runs/<int:run_id>/posts", text("The board of a run"), Permission.DISCUSS, page_of(PostItem), query=Paged
)
def index(wanted: dict[str, Any], run_id: int) -> Response:
    """Everything in the order in which it was written; for who has a place in the run, teaches it or looks after it."""
    db = doors.session()
    _run(db, me(), run_id)
    return page(db, _POSTS.where(Post.run_id == run_id), [Post.id], wanted, _item)


@boards.operation(
    "POST",
    "/runs/<int:run_id>/posts",
    text("Put up a notice, or ask a question"),
    Permission.DISCUSS,
    PostItem,
    status=201,
    body=PostSent,
    example={"kind": "question", "title": "실습 파일", "body": "어디에 있나요?"},
)
def write(sent: dict[str, Any], run_id: int) -> Response:
    """Those concerned are told."""
    db, actor = acting()
    if sent["kind"] is PostKind.ANSWER:
        abort(404)
    may = Permission.TEACH if sent["kind"] is PostKind.NOTICE else Permission.DISCUSS
    made = posting.post(db, actor.id, _run(db, actor, run_id, may), sent["kind"], sent["title"], sent["body"])
    body = _one(db, made.id)
    doors.commit()
    return answer(body, 201)


@boards.operation(
    "POST",
    "/posts/<int:post_id>/answers",
    text("Answer a question on a board"),
    Permission.DISCUSS,
    PostItem,
    status=201,
    body=ReplySent,
    example={"body": "공용 폴더에 있습니다."},
)
def reply(sent: dict[str, Any], post_id: int) -> Response:
    """Whoever asked is told, and the instructors."""
    db, actor = acting()
    here = Post.id == post_id, Post.kind == PostKind.QUESTION, visible(actor, Post, Permission.DISCUSS)
    question = db.scalar(select(Post).where(*here)) or abort(404)
    made = posting.answer(db, actor.id, question, sent["body"])
    body = _one(db, made.id)
    doors.commit()
    return answer(body, 201)


def _run(db: Session, actor: Actor, run_id: int, permission: Permission = Permission.DISCUSS) -> Run:
    return db.scalar(select(Run).where(Run.id == run_id, visible(actor, Run, permission))) or abort(404)


def _one(db: Session, post_id: int) -> dict[str, Any]:
    return _item(db.execute(_POSTS.where(Post.id == post_id)).one())


def _item(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "run_id", "question_id", "author_id", "author", "created_at", "edited_at")
    shown = {"title": row.title, "body": row.body} if row.hidden_at is None else {"title": "", "body": ""}
    hidden = row.reason if row.hidden_at else None
    return {**{name: getattr(row, name) for name in names}, "kind": row.kind.value, **shown, "hidden": hidden}


_POSTS: Select[*tuple[Any, ...]] = select(
    Post.id, Post.run_id, Post.kind, Post.question_id, Post.author_id, Person.name.label("author"), Post.title,
    Post.body, Post.created_at, Post.edited_at, Post.hidden_at, Post.reason,
).join(Person, Person.id == Post.author_id)  # fmt: skip
