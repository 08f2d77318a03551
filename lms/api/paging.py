"""Lists a page at a time, by key: what is added or goes meanwhile neither repeats nor hides anything else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.wrappers import Response

from lms.api.answers import answer, invalid
from lms.api.fields import LARGEST, WORDS
from lms.i18n import _
from lms.web.answers import here

Order = Sequence[InstrumentedAttribute[Any]]
"""Columns without nulls, the last of them unique."""


def page(
    db: Session,
    statement: Select[*tuple[Any, ...]],
    order: Order,
    asked: Mapping[str, Any],
    item: Callable[[Row[Any]], dict[str, Any]],
    **params: Any,
) -> Response:
    """One page of what `statement` selects: `limit` rows after the one named by `after`, each made by `item`.

    Columns that take long to find are found for the rows of the page alone.
    """
    limit: int = asked["limit"]
    if "after" in asked:
        statement = statement.where(_after(order, asked["after"]))
    keys = statement.with_only_columns(order[-1]).order_by(*order).limit(limit + 1).correlate(None)
    keyed = statement.add_columns(*order).where(order[-1].in_(keys)).order_by(*order)
    found = db.execute(keyed, params).all()
    shown = found[:limit]
    following = _next(shown[-1][-len(order) :]) if len(found) > limit else None
    link = {"Link": f'<{following}>; rel="next"'} if following else {}
    return answer({"items": [item(row) for row in shown], "next": following}, headers=link)


def _next(values: Sequence[Any]) -> str:
    return here(after=_encode(values))


def _after(order: Order, cursor: str) -> ColumnElement[bool]:
    values = _decode(cursor, [column.type.python_type for column in order])
    if values is None:
        invalid(after=_(WORDS))
    known = [literal(value, column.type) for value, column in zip(values, order, strict=True)]
    return tuple_(*order) > tuple_(*known)


def _encode(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _decode(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The values of a key, None when these are none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != len(kinds):
        return None
    values = [_value(value, kind) for value, kind in zip(found, kinds, strict=True)]
    return None if None in values else values


def _value(value: object, kind: type) -> object:
    if kind is int:
        return value if type(value) is int and 0 <= value <= LARGEST else None
    if not isinstance(value, str) or not value.isprintable():
        return None
    try:
        return date.fromisoformat(value) if kind is date else value
    except ValueError:
        return None
