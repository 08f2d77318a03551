"""The public page: whoever holds a certificate learns that it is genuine, and nobody learns more."""

from __future__ import annotations

import io
from typing import Any

from flask import render_template, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from courses.certificates.verification import LARGEST, Looked, Shown, ShownDocument, Worth
from courses.signing.examined import OLD_LIST
from lms.auth.guard import public
from lms.web.certificates.blueprint import pages
from lms.web.certificates.reading import looked_at, verified, verified_document
from lms.web.certificates.words import DOCUMENTS, KINDS, told

NO_INDEX = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
_AROUND = 16 * 1024
"""Bytes of a form around its file."""
_TOO_LARGE, _WRONG = 413, 422


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


@pages.post("/verify")
@public
def verify_file() -> Response:
    """Look at a PDF that somebody dropped. It stays in memory, and nothing of it is kept."""
    sent = request.files.get("file")
    pdf = sent.read(LARGEST + 1) if sent else b""
    if len(pdf) > LARGEST:
        return _verify_page(_TOO_LARGE)
    try:
        looked = looked_at(pdf)
    except TooManyRequests:
        return _verify_page(429)
    return _verify_page(200 if looked.worth is Worth.SAME else _WRONG, looked=looked, **of_file(looked))


@pages.url_value_preprocessor
def keep_small(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: no more is taken than a certificate has, and nothing goes to the disk."""
    if endpoint == "certificates.verify_file":
        request.max_content_length = LARGEST + _AROUND
        request._get_file_stream = lambda *_, **_named: io.BytesIO()  # type: ignore[method-assign]  # made to be replaced


def _answer(code: str, number: str) -> Response:
    """The same words and the same work whatever it is that does not fit; wrong codes are counted by address."""
    try:
        document = verified_document(code, number)
        match = None if document else verified(code, number)
    except TooManyRequests:
        return _verify_page(429, code=code, number=number)
    if document:
        return _verify_page(**told(ShownDocument.of(document)))
    if match is None:
        return _verify_page(404, code=code, number=number)
    return _verify_page(**told(Shown.of(match)))


def of_file(looked: Looked) -> dict[str, Any]:
    """What the page is given of a file that was looked at."""
    return told(looked.found) if looked.found else {}


def _verify_page(status: int = 200, **context: Any) -> Response:
    named = {"kinds": KINDS, "documents": DOCUMENTS, "old_list": OLD_LIST}
    page = render_template("certificates/verify.html", status=status, **named, **context)
    headers = {**NO_INDEX, "Retry-After": "600"} if status == 429 else NO_INDEX
    return Response(page, status, headers, mimetype="text/html")
