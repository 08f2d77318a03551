"""Headers on every answer, and what no request may hold."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, abort, request

_OWN = ("script", "style", "img", "font", "media", "connect", "manifest", "worker")
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in _OWN),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Add the headers; pages of persons are never kept by caches in between."""

    @app.before_request
    def refuse_nul() -> None:
        """No text of ours has a NUL, and PostgreSQL cannot even be asked for one."""
        if any("\0" in part for part in _words()):
            abort(400)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _words() -> Iterator[str]:
    """Everything that was sent in words."""
    yield request.path
    for names in (request.args, request.form):
        for name, values in names.lists():
            yield name
            yield from values
    for name, files in request.files.lists():
        yield name
        yield from (file.filename or "" for file in files)
