"""Errors of the API: problem+json (RFC 9457) in the client's language, never a page."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from courses.certificates.store import Damaged
from courses.errors import Refused
from courses.people.words import ROLE_NAMES
from courses.permissions import HELD_BY
from courses.text import Text, text
from lms import db
from lms.api.bearer import speak
from lms.api.places import GUIDE, is_api
from lms.i18n import _, words
from lms.web import errors as pages
from lms.web.damage import report
from lms.web.errors import address

MEDIA_TYPE = "application/problem+json"

KINDS: dict[int, tuple[str, Text, Text]] = {
    400: ("unreadable", text("Unreadable request"), text("The request could not be read: is it valid JSON?")),
    401: (
        "unauthorised",
        text("No valid token"),
        text("Send a token that is in force: Authorization: Bearer lms_…"),
    ),
    403: ("forbidden", text("Not allowed"), text("The roles of the token's person do not allow it.")),
    404: ("not-found", text("Not found"), text("There is no such thing, or it is not yours to see.")),
    405: (
        "method",
        text("Method not possible"),
        text("This address does not answer this method; see the header Allow."),
    ),
    406: ("not-acceptable", text("Not acceptable"), text("This address answers with another media type only.")),
    409: ("refused", text("Refused by a rule"), text("The rules do not allow it now.")),
    412: ("changed", text("Changed meanwhile"), text("The thing has changed since: get it again, then decide.")),
    413: ("too-large", text("Too large"), text("At most 1 MB of JSON can be sent at once.")),
    415: ("media-type", text("Unknown media type"), text("Send JSON: Content-Type: application/json")),
    422: ("invalid", text("Invalid data"), text("Some fields cannot be as they were sent; see errors.")),
    429: ("too-many", text("Too many attempts"), text("Wait as many seconds as Retry-After says, and try again.")),
    500: (
        "broken",
        text("Broken on our side"),
        text("Nothing was changed. Tell us the reference if it happens again."),
    ),
    503: ("busy", text("Too busy"), text("Wait as many seconds as Retry-After says, and try again.")),
}
"""By status: its place on the page that describes the API, what it is called, and what to do."""

_UNREADABLE = 400


def init_app(app: Flask) -> None:
    """Errors under the API's prefix become problems; all others stay with the pages' handlers."""
    app.register_error_handler(Refused, lambda e: refused(e) if is_api() else pages.refused(e))
    app.register_error_handler(Damaged, lambda e: damaged(e) if is_api() else pages.damaged(e))
    app.register_error_handler(HTTPException, lambda e: http_error(e) if is_api() else pages.http_error(e))
    app.register_error_handler(Exception, lambda e: broken(e) if is_api() else pages.broken(e))


def refused(error: Refused) -> Response:
    """409: why, and the page with the way out."""
    told: dict[str, Any] = {"detail": words(error.message), "code": error.code}
    if way := error.way_out:
        told["way_out"] = {"label": words(way.label), "href": address(way)}
    return _problem(409, **told)


def http_error(error: HTTPException) -> Response | HTTPException:
    """Any other status; headers such as Allow and Retry-After stay."""
    if error.response is not None or error.code is None:
        return error
    told: dict[str, Any] = {}
    if error.code == 403 and (who := _who()):
        told["held_by"] = who
    if error.code == 422:
        told["errors"] = _by_field(getattr(error, "data", {}))
    response = _problem(error.code, **told)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    if error.code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lms"'
    return response


def broken(error: Exception) -> Response:
    """500, or 503 when the database cannot be reached: the reference is in the log."""
    reference = secrets.token_hex(4)
    current_app.logger.exception("reference %s: %s %s", reference, request.method, request.path)
    if isinstance(error, OperationalError):
        response = _problem(503, reference=reference)
        response.headers["Retry-After"] = "2"
        return response
    return _problem(500, reference=reference)


def damaged(error: Damaged) -> Response:
    """500: a kept file is not what was signed, and is not handed out."""
    db.release()
    reference = secrets.token_hex(4)
    report(error, reference)
    detail = _("What is kept of this file is not what was signed. The administrators have been told.")
    return _problem(500, reference=reference, detail=detail, code="damaged")


def _problem(status: int, **told: Any) -> Response:
    db.release()
    g.failed = True
    speak()
    kind, title, detail = KINDS.get(status, KINDS[_UNREADABLE if status < 500 else 500])
    body = {
        "type": f"{GUIDE}#{kind}",
        "title": words(title),
        "status": status,
        "detail": words(detail),
        "instance": quote(request.path),
        **told,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)


def _who() -> list[str]:
    """The roles that may do what was forbidden."""
    permission = g.get("permission")
    return [words(ROLE_NAMES[role]) for role in (HELD_BY[permission] or ())] if permission else []


def _by_field(data: dict[str, Any]) -> dict[str, list[str]]:
    """{"marks.0.mark": ["…"]}; what concerns all of what was sent stands under ""."""
    sent = data.get("errors") or {k: v for part in data.get("messages", {}).values() for k, v in _items(part)}
    found: dict[str, list[str]] = {}
    for path, message in _leaves(sent):
        found.setdefault(path, []).append(_(message))
    return found


def _items(part: Any) -> list[tuple[str, Any]]:
    return list(part.items()) if isinstance(part, dict) else [("", part)]


def _leaves(told: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            step = "" if key == "_schema" else str(key)
            yield from _leaves(value, f"{path}.{step}".strip("."))
    elif isinstance(told, list):
        for message in told:
            yield from _leaves(message, path)
    else:
        yield path, str(told)
