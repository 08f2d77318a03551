"""Official letters of runs: drafts, what was written, their numbers and files."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.errors import Refused, WayOut
from courses.exchange.writing import Sheet
from courses.letters import actions, drafts, hwpx, queries
from courses.letters.actions import BODY, NUMBER, TITLE, Table, Words
from courses.letters.models import Letter, LetterKind
from courses.people.actor import Actor
from courses.people.models import OrgUnit
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from courses.text import text
from lms import db as doors
from lms.api import fields as api
from lms.api.answers import answer, invalid, require_match
from lms.api.fields import Choice, Day, Lines, Whole
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.i18n import _
from lms.web.files import file, table
from lms.web.letters.words import Spoken, as_hwpx, spoken, whole

letters = Resource("letters", text("Letters"))
_HWPX = "application/hwp+zip"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY = {"type": "string", "format": "binary"}


class DueItem(Schema):
    """A letter that the run asks for."""

    kind = fields.Enum(LetterKind, by_value=True, required=True)
    until = fields.Date(required=True)
    people = fields.Integer(required=True, allow_none=True, metadata={"description": "Whom it names; null: nobody"})
    written = fields.Integer(required=True, metadata={"description": "How often it was written"})


class WrittenItem(Schema):
    id = fields.Integer(required=True)
    kind = fields.Enum(LetterKind, by_value=True, required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True, metadata={"description": "To whom alone; null: to all"})
    by = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    number = fields.String(required=True, metadata={"description": "Of the document system; empty: none yet"})
    sent_on = fields.Date(required=True, allow_none=True)


class RunLetters(Schema):
    due = fields.List(fields.Nested(DueItem), required=True)
    items = fields.List(fields.Nested(WrittenItem), required=True)


class EnclosureItem(Schema):
    name = fields.String(required=True)
    headings = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(fields.Raw(metadata={"type": ["string", "integer"]})), required=True)


class DraftItem(Schema):
    """A letter as it may be written now, in the organisation's language."""

    kind = fields.Enum(LetterKind, by_value=True, required=True)
    unit_id = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    receivers = fields.List(fields.String(), required=True)
    enclosures = fields.List(fields.Nested(EnclosureItem), required=True)


class LetterItem(DraftItem):
    id = fields.Integer(required=True)
    run_id = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: of a half-year"})
    half = fields.String(required=True, allow_none=True, metadata={"description": "Such as 2026-1; null: of a run"})
    created_at = fields.DateTime(required=True)
    number = fields.String(required=True)
    sent_on = fields.Date(required=True, allow_none=True)
    files = fields.List(fields.String(), required=True, metadata={"description": "Addresses of its files"})


class DraftWanted(Schema):
    kind = Choice(LetterKind, required=True)
    unit_id = Whole(metadata={"description": "To this unit alone"})


class LetterWanted(DraftWanted):
    title = api.Words(TITLE, metadata={"description": "Usually as in the draft"})
    body = Lines(BODY, metadata={"description": "Usually as in the draft"})


class Numbered(Schema):
    number = api.Words(NUMBER, required=True)
    sent_on = Day(required=True)


@letters.operation("GET", "/runs/<int:run_id>/letters", text("The letters of a run"), Permission.PLAN, RunLetters)
def index(run_id: int) -> Response:
    """Those that are due, in the order of its steps, and those that were written, the latest first."""
    db = doors.session()
    run, written = _run(db, me(), run_id), WrittenItem().fields
    due = [{name: getattr(one, name) for name in DueItem().fields} for one in queries.due(db, run)]
    items = [{name: getattr(one, name) for name in written} for one in queries.letters(db, run_id)]
    return answer({"due": due, "items": items})


@letters.operation(
    "GET",
    "/runs/<int:run_id>/letters/draft",
    text("The draft of a letter"),
    Permission.PLAN,
    DraftItem,
    query=DraftWanted,
    says=[409],
)
def draft(wanted: dict[str, Any], run_id: int) -> Response:
    """What it would say now; nothing is kept."""
    db = doors.session()
    said = _said(db, _run(db, me(), run_id), wanted)
    named = {"kind": wanted["kind"], "unit_id": wanted.get("unit_id")}
    return answer({**named, **_content(said.title, said.body, said.words)})


@letters.operation(
    "POST",
    "/runs/<int:run_id>/letters",
    text("Write a letter"),
    Permission.PLAN,
    LetterItem,
    status=201,
    body=LetterWanted,
    example={"kind": "selection"},
)
def write(wanted: dict[str, Any], run_id: int) -> Response:
    """The draft of now, with its enclosures, in the words given or its own. It stays as it is from then on."""
    db, actor = acting()
    run = _run(db, actor, run_id)
    said = _said(db, run, wanted)
    title, body = wanted.get("title", said.title), wanted.get("body", said.body)
    letter = actions.write(db, actor.id, run, wanted["kind"], wanted.get("unit_id"), title, body, said.words)
    shown = letter_item(letter)
    doors.commit()
    return answer(shown, 201, headers={"Location": url_for("api-letters.show", letter_id=shown["id"])})


@letters.operation("GET", "/letters/<int:letter_id>", text("One letter"), Permission.PLAN, LetterItem)
def show(letter_id: int) -> Response:
    """As it was written, with its enclosures."""
    return answer(letter_item(_letter(doors.session(), me(), letter_id)))


@letters.operation(
    "PUT",
    "/letters/<int:letter_id>/number",
    text("Write back the number of a letter"),
    Permission.PLAN,
    LetterItem,
    body=Numbered,
    example={"number": "교육지원과-2417", "sent_on": "2026-11-23"},
)
def number(given: dict[str, Any], letter_id: int) -> Response:
    """What the document system gave it. A wrong one is corrected the same way."""
    db, actor = acting()
    letter = _letter(db, actor, letter_id)
    require_match(letter_item(letter))
    actions.number(db, actor.id, letter, given["number"], given["sent_on"])
    shown = letter_item(letter)
    doors.commit()
    return answer(shown)


@letters.operation(
    "GET", "/letters/<int:letter_id>.txt", text("A letter as text"), Permission.PLAN, {"type": "string"},
    media_type="text/plain",
)  # fmt: skip
def as_text(letter_id: int) -> Response:
    """In official form."""
    letter = _letter(doors.session(), me(), letter_id)
    return file(whole(letter).encode(), f"{letter.title}.txt", plain=f"letter-{letter_id}.txt")


@letters.operation(
    "GET", "/letters/<int:letter_id>.hwpx", text("A letter as HWPX"), Permission.PLAN, _BINARY, media_type=_HWPX,
)  # fmt: skip
def as_document(letter_id: int) -> Response:
    """In official form."""
    letter = _letter(doors.session(), me(), letter_id)
    return file(as_hwpx(letter), f"{letter.title}.hwpx", plain=f"letter-{letter_id}.hwpx")


@letters.operation(
    "GET", "/letters/<int:letter_id>/enclosures/<int:place>.hwpx", text("An enclosure as HWPX"), Permission.PLAN,
    _BINARY, media_type=_HWPX, says=[409],
)  # fmt: skip
def enclosure_document(letter_id: int, place: int) -> Response:
    """`place` counts from 1. A long one takes minutes to draw: it is had as a workbook here, as HWPX from its page."""
    letter = _letter(doors.session(), me(), letter_id)
    one = _enclosure(letter, place)
    if len(one.rows) > hwpx.MANY:
        way_out = WayOut("letters", text("See the letters of the run"), letter.run_id)
        raise Refused(text("This enclosure has more than %(n)s rows", n=hwpx.MANY), code="large", way_out=way_out)
    content = hwpx.enclosure(one.name, one.headings, one.rows, tall=one.form)
    return file(content, f"{one.name}.hwpx", plain=f"enclosure-{letter_id}-{place}.hwpx")


@letters.operation(
    "GET", "/letters/<int:letter_id>/enclosures/<int:place>.xlsx", text("An enclosure as a workbook"), Permission.PLAN,
    _BINARY, media_type=_XLSX,
)  # fmt: skip
def enclosure_workbook(letter_id: int, place: int) -> Response:
    """`place` counts from 1."""
    one = _enclosure(_letter(doors.session(), me(), letter_id), place)
    return table("xlsx", [Sheet(one.name, one.headings, one.rows)], one.name, plain=f"enclosure-{letter_id}-{place}")


def _run(db: Session, actor: Actor, run_id: int) -> Run:
    mine = select(Run).options(joinedload(Run.course)).where(Run.id == run_id, visible(actor, Run, Permission.PLAN))
    return db.scalar(mine) or abort(404)


def _letter(db: Session, actor: Actor, letter_id: int) -> Letter:
    mine = select(Letter).where(Letter.id == letter_id, visible(actor, Letter, Permission.PLAN))
    return db.scalar(mine) or abort(404)


def _enclosure(letter: Letter, place: int) -> Table:
    tables = Words.of(letter).tables
    return tables[place - 1] if 1 <= place <= len(tables) else abort(404)


def _said(db: Session, run: Run, wanted: dict[str, Any]) -> Spoken:
    unit_id = wanted.get("unit_id")
    if unit_id is not None and db.get(OrgUnit, unit_id) is None:
        invalid(unit_id=_("There is no such unit"))
    named = organisation(db)
    return spoken(drafts.draft(db, run, wanted["kind"], named, unit_id), named)


def _content(title: str, body: str, said: Words) -> dict[str, Any]:
    enclosures = [{"name": one.name, "headings": one.headings, "rows": one.rows} for one in said.tables]
    return {"title": title, "body": body, "receivers": said.receivers, "enclosures": enclosures}


def letter_item(letter: Letter) -> dict[str, Any]:
    """A letter with its enclosures, as `LetterItem`."""
    said = Words.of(letter)
    own = {name: getattr(letter, name) for name in _OWN}
    return {**own, **_content(letter.title, letter.body, said), "files": _files(letter.id, said)}


_OWN = ("id", "run_id", "half", "kind", "unit_id", "created_at", "number", "sent_on")


def _files(letter_id: int, said: Words) -> list[str]:
    own = [url_for(f"api-letters.{view}", letter_id=letter_id) for view in ("as_text", "as_document")]
    views, places = ("enclosure_document", "enclosure_workbook"), range(1, len(said.tables) + 1)
    return own + [url_for(f"api-letters.{view}", letter_id=letter_id, place=n) for n in places for view in views]
