"""The results of half-years as letters: what was written of one, and writing it."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.letters import actions, half_year, halves
from courses.letters.actions import BODY, TITLE
from courses.letters.models import LetterKind
from courses.people.models import OrgUnit
from courses.permissions import Permission
from courses.settings.organisation import organisation
from courses.text import text
from courses.workplace.planning import Half
from lms import db as doors
from lms.api import fields as api
from lms.api.answers import answer, invalid
from lms.api.fields import Lines, Whole
from lms.api.letters import LetterItem, WrittenItem, letter_item, letters
from lms.auth.guard import acting
from lms.i18n import _
from lms.web.letters.words import Spoken, spoken

__all__ = ["letters"]


class HalfYearLetters(Schema):
    """`until`: by when its results are owed; `still_open`: runs that ended in it and are not counted yet."""

    half = fields.String(required=True)
    until = fields.Date(required=True)
    still_open = fields.Integer(required=True)
    items = fields.List(fields.Nested(WrittenItem), required=True)


class HalfYearWanted(Schema):
    unit_id = Whole(metadata={"description": "To this unit alone, of its own people"})
    title = api.Words(TITLE, metadata={"description": "Usually as in the draft"})
    body = Lines(BODY, metadata={"description": "Usually as in the draft"})


@letters.operation(
    "GET", "/half-years/<string:half>/letters", text("The letters of a half-year"), Permission.PLAN, HalfYearLetters
)
def of_half_year(half: str) -> Response:
    """Of '2026-1', January to June, or '2026-2'; the latest first."""
    db, of = doors.session(), _half(half)
    items = [{name: getattr(one, name) for name in WrittenItem().fields} for one in halves.letters(db, of)]
    said = {"half": of.key, "until": halves.until(of), "still_open": halves.still_open(db, of)}
    return answer({**said, "items": items})


@letters.operation(
    "POST",
    "/half-years/<string:half>/letters",
    text("Write the results of a half-year"),
    Permission.PLAN,
    LetterItem,
    status=201,
    body=HalfYearWanted,
    example={},
    says=[409],
)
def write_half_year(wanted: dict[str, Any], half: str) -> Response:
    """With its enclosures, in the words given or its own. It stays as it is from then on."""
    of = _half(half)
    db, actor = acting()
    said = _said(db, of, wanted.get("unit_id"))
    title, body = wanted.get("title", said.title), wanted.get("body", said.body)
    letter = actions.write(db, actor.id, of, LetterKind.HALF_YEAR, wanted.get("unit_id"), title, body, said.words)
    shown = letter_item(letter)
    doors.commit()
    return answer(shown, 201, headers={"Location": url_for("api-letters.show", letter_id=shown["id"])})


def _half(said: str) -> Half:
    try:
        half = Half.of_key(said)
    except ValueError:
        abort(404)
    return half if 1900 <= half.year <= clock.today().year and half.number in (1, 2) else abort(404)


def _said(db: Session, half: Half, unit_id: int | None) -> Spoken:
    if unit_id is not None and db.get(OrgUnit, unit_id) is None:
        invalid(unit_id=_("There is no such unit"))
    named = organisation(db)
    return spoken(half_year.draft(db, half, named, unit_id), named)
