"""Shapes that all words share: a problem, a page of a list, what a list can be asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import Schema, fields

from lms.api.fields import Whole, Words

MOST = 200
USUAL = 50


class Problem(Schema):
    """An error (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "Where the kind of problem is described"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is wrong, in the language asked for"})
    instance = fields.String(required=True)
    code = fields.String(metadata={"description": "409: the rule that refused"})
    way_out = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "409: label and href of a page to go to"}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "422: messages by field, nested ones as marks.0.minutes", "example": {"limit": ["…"]}},
    )
    held_by = fields.List(fields.String(), metadata={"description": "403: the roles that may"})
    reference = fields.String(metadata={"description": "500: what to tell the operator"})


class Paged(Schema):
    """What every list can be asked for."""

    after = Words(600, metadata={"description": "Where to go on: taken from the link to the next page"})
    limit = Whole(1, MOST, load_default=USUAL, metadata={"description": "How many at most", "example": 50})


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of a page of a list."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(
            required=True,
            allow_none=True,
            metadata={"description": "Address of the next page, also in the header Link; null on the last"},
        ),
    }
    return type(f"{item.__name__}Page", (Schema,), members)
