"""What people see when something is refused, missing or broken. Rendered after the rollback."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from courses.certificates.store import Damaged
from courses.errors import Place, Refused, WayOut
from courses.people.words import ROLE_NAMES
from courses.permissions import HELD_BY
from courses.text import Text
from lms import db
from lms.auth.users import ask_to_sign_in
from lms.i18n import words
from lms.web.answers import CONFLICT, is_fragment
from lms.web.damage import report

Answer = tuple[str | Response, int] | Response

ADDRESSES: dict[Place, str] = {
    "run": "catalogue.show",
    "my_learning": "enrolment.mine",
    "catalogue": "catalogue.index",
    "imports": "exchange.index",
    "closing": "completion.show",
    "participants": "enrolment.participants",
    "selection": "selection.show",
    "draw": "draw.show",
    "filing": "workplace.show",
    "skills": "workplace.skills",
    "letters": "letters.index",
    "board": "board.show",
    "survey": "surveys.show",
    "half_year_results": "letters.half_year_results",
    "outside": "hours.show",
}
_NAMED: dict[Place, str] = {"outside": "outside_id"}
"""What the id of a place is called in its address; elsewhere `run_id`."""


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(Damaged, damaged)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def refused(error: Refused) -> Answer:
    """409: why, and the way out. For htmx a fragment that replaces what was clicked, for a script the bare reason."""
    _after_rollback()
    if request.is_json:
        return jsonify(refused=words(error.message)), CONFLICT
    way = error.way_out
    href = address(way) if way else None
    template = "errors/refused_fragment.html" if is_fragment() else "errors/refused.html"
    return render_template(template, error=error, way=way, href=href), CONFLICT


def address(way: WayOut) -> str:
    """Where a way out leads."""
    values: dict[str, Any] = {_NAMED.get(way.kind, "run_id"): way.id}
    return url_for(ADDRESSES[way.kind], **values)


def stale_form(error: CSRFError) -> Answer:
    """400: the form was left open longer than the session lived."""
    _after_rollback()
    return render_template("errors/stale.html"), error.code or 400


def http_error(error: HTTPException) -> Answer | HTTPException:
    """The page for a status; 401 asks to sign in."""
    if error.response is not None or error.code is None:
        return error
    _after_rollback()
    if error.code == 401:  # the one status that is an invitation
        return ask_to_sign_in()
    who = [ROLE_NAMES[role] for role in HELD_BY[g.permission] or ()] if "permission" in g else []
    headers = {"Retry-After": "2"} if error.code == 503 else {}
    return _page(error.code, who, headers=headers)


def broken(error: Exception) -> Answer:
    """500, or 503 when the database cannot be reached: a reference number that is in the log."""
    _after_rollback()
    reference = secrets.token_hex(4)
    current_app.logger.exception("reference %s: %s %s", reference, request.method, request.path)
    return _page(503 if isinstance(error, OperationalError) else 500, reference=reference)


def damaged(error: Damaged) -> Answer:
    """500: a kept file is not what was signed. What to do, and who has been told."""
    _after_rollback()
    reference = secrets.token_hex(4)
    report(error, reference)
    return render_template("errors/damaged.html", reference=reference), 500


def _page(
    code: int, who: Sequence[Text] = (), *, reference: str = "", headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    try:
        page = render_template("errors/error.html", code=code, who=who, reference=reference)
        return Response(page, code, headers, mimetype="text/html")
    except Exception:  # the database may be what is broken, and the page's frame needs it
        current_app.logger.exception("no page for %s", code)
        return Response(f"{code}\nReference / 참조 번호: {reference or '-'}\n", code, headers, mimetype="text/plain")


def _after_rollback() -> None:
    db.release()
    g.failed = True
