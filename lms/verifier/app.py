"""The page: the same as within, on an exported file."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Request, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as Answer

from courses import signing
from courses.certificates.verification import LARGEST, Looked, Shown, Worth
from courses.signing.examined import OLD_LIST
from lms import i18n, paths, security, static_files
from lms.i18n import LANGUAGES, _
from lms.jinja import Templates
from lms.verifier.data import About, Data
from lms.verifier.tries import Tries
from lms.web import formats
from lms.web.certificates.words import DOCUMENTS, KINDS, told

DATA, PROXIES = "LMS_VERIFY_DATA", "TRUSTED_PROXIES"
_NO_INDEX = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
_AROUND = 16 * 1024
_TOO_LARGE, _WRONG, _TOO_MANY = 413, 422, 429

pages = Blueprint("certificates", __name__)
"""Named as within: the template asks for the same addresses."""


def application() -> Flask:
    """The WSGI application that `lms verify serve` runs."""
    return create(Path(os.environ[DATA]), int(os.environ.get(PROXIES, "0")))


def create(data: Path, proxies: int = 0) -> Flask:
    """The page on a file; `proxies` in front of it whose X-Forwarded-For is believed. `Refused` for no such file."""
    app = Flask("lms.verifier", template_folder=str(paths.TEMPLATES), static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST + _AROUND)
    app.request_class = _InMemory
    app.jinja_environment = Templates
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions.update(data=Data(data), tries=Tries(30, minutes=10))
    for part in (i18n, formats, static_files, security):
        part.init_app(app)
    app.before_request(_speak)
    app.context_processor(_every_page)
    app.register_blueprint(pages)
    app.register_error_handler(_TOO_LARGE, lambda _error: _page(_TOO_LARGE))
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]  # the usual way
    return app


class _InMemory(Request):
    def _get_file_stream(self, *_: Any, **_named: Any) -> Any:
        """Nothing that is sent goes to the disk."""
        return io.BytesIO()


@pages.get("/")
def home() -> Answer:
    """There is one page."""
    return redirect(url_for("certificates.verify"))


@pages.get("/verify")
def verify() -> Response:
    """Type a code; with one in the address, the answer."""
    code, number = request.args.get("code", ""), request.args.get("number", "")
    return _answer(code, number) if code else _page()


@pages.get("/verify/<string:code>")
def verify_code(code: str) -> Response:
    """Where the QR code leads."""
    return _answer(code, request.args.get("number", ""))


@pages.post("/verify")
def verify_file() -> Response:
    """Look at a PDF; nothing of it is kept."""
    if _tries().used_up(_who()):
        return _page(_TOO_MANY)
    sent = request.files.get("file")
    looked = look(_data(), sent.read() if sent else b"")
    if looked.found is None:
        _tries().count(_who())
        return _page(_WRONG, looked=looked)
    return _page(looked=looked, **told(looked.found))


def look(data: Data, pdf: bytes) -> Looked:
    """What a file is worth, by the hash that is known of it and by its signature."""
    about = data.about()
    examined = signing.examine(
        pdf, [one.encode() for one in about.authorities], [bytes.fromhex(one) for one in about.lists]
    )
    found = data.by_file(hashlib.sha256(pdf).hexdigest())
    if isinstance(found, Shown):
        return Looked(Worth.SAME, examined, found)
    if found:
        return Looked(Worth.SAME, examined, document=found)
    return Looked(Worth.DIFFERS if examined.good else Worth.WRONG, examined)


def _answer(code: str, number: str) -> Response:
    if _tries().used_up(_who()):
        return _page(_TOO_MANY, code=code, number=number)
    shown = _data().by_code(code, number)
    if shown is None:
        _tries().count(_who())
        return _page(404, code=code, number=number)
    return _page(**told(shown))


def _page(status: int = 200, **context: Any) -> Response:
    made_at = datetime.fromisoformat(_data().about().made_at)
    notice = _("As known on %(when)s.", when=formats.moment(made_at))
    named = {"kinds": KINDS, "documents": DOCUMENTS, "old_list": OLD_LIST, "notice": notice, "bare": True}
    page = render_template("certificates/verify.html", status=status, **named, **context)
    headers = {**_NO_INDEX, "Retry-After": "600"} if status == _TOO_MANY else _NO_INDEX
    return Response(page, status, headers, mimetype="text/html")


def _speak() -> None:
    g.language = request.accept_languages.best_match(LANGUAGES) or "ko"


def _every_page() -> dict[str, Any]:
    about: About = _data().about()
    korean = g.language == "ko"
    return {
        "lang": g.language,
        "theme": "",
        "actor": None,
        "organisation": about.organisation if korean else about.organisation_en,
        "brand": about.site_name if korean else about.site_name_en,
        "csrf_token": lambda: "",
    }


def _who() -> str:
    return request.remote_addr or ""


def _data() -> Data:
    found: Data = current_app.extensions["data"]
    return found


def _tries() -> Tries:
    found: Tries = current_app.extensions["tries"]
    return found
