"""How the API answers: JSON with an ETag, 304 and 412 where a condition was set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from flask import Response, abort, request
from flask_smorest import abort as abort_with
from werkzeug.wrappers import Response as Answer

from courses.text import Text
from lms.i18n import words

Body = Mapping[str, Any]
INVALID = 422


def answer(body: Body, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """The body as JSON under its ETag; 304 when the client has it already."""
    content = _json(body)
    response = Response(content, status, mimetype="application/json")
    response.headers.update(headers or {})
    response.set_etag(_tag(content))
    return response.make_conditional(request)


def require_match(body: Body) -> None:
    """412 when If-Match names another state than `body`, what a GET of the same address answers now.

    Ask it inside the writing transaction, with what is to be changed locked, before anything is changed.
    """
    if "If-Match" in request.headers and not request.if_match.contains(_tag(_json(body))):
        abort(412)


def invalid(**errors: str) -> NoReturn:
    """422: what is wrong, by field. Dots of a nested field are written as `__`."""
    named = {name.replace("__", "."): [message] for name, message in errors.items()}
    abort_with(INVALID, errors=named)
    raise AssertionError("abort always raises")


def _json(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _plain(value: object) -> object:
    """Moments in UTC, days as ISO 8601, sentences in the client's language."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Text):
        return words(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is nothing for JSON")
