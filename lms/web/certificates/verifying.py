"""The public page: whoever holds a certificate learns that it is genuine, and nobody learns more."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from courses.certificates import queries
from lms.auth.guard import public
from lms.web.certificates.blueprint import pages
from lms.web.certificates.reading import verified
from lms.web.certificates.words import KINDS, STATES

_NO_INDEX = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


@pages.get("/verify")
@public
def verify() -> Response:
    """Type a code (and a number, if one likes); with them in the address, the answer."""
    code, number = request.args.get("code", ""), request.args.get("number", "")
    return _answer(code, number) if code else _verify_page()


@pages.get("/verify/<string:code>")
@public
def verify_code(code: str) -> Response:
    """Where the QR code leads."""
    return _answer(code, request.args.get("number", ""))


def _answer(code: str, number: str) -> Response:
    """The same words and the same work whatever it is that does not fit; wrong codes are counted by address."""
    try:
        match = verified(code, number)
    except TooManyRequests:
        return _verify_page(429, code=code, number=number)
    if match is None:
        return _verify_page(404, code=code, number=number)
    return _verify_page(
        entry=match, facts=match.facts, state=STATES[match.state], name=queries.masked(match.facts.name)
    )


def _verify_page(status: int = 200, **context: Any) -> Response:
    page = render_template("certificates/verify.html", status=status, kinds=KINDS, **context)
    headers = {**_NO_INDEX, "Retry-After": "600"} if status == 429 else _NO_INDEX
    return Response(page, status, headers, mimetype="text/html")
