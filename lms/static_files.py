"""Static files under a folder named after their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib

from flask import Flask
from whitenoise import WhiteNoise

from lms import paths


def init_app(app: Flask) -> None:
    """Serve `lms/static` and give templates `asset('css/app.css')`."""
    prefix = f"static/{_version()}"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the usual way to wrap
        app.wsgi_app,
        root=str(paths.STATIC),
        prefix=prefix,
        immutable_file_test=lambda _path, _url: True,
    )
    app.add_template_global(lambda name: f"/{prefix}/{name}", "asset")


def _version() -> str:
    """Twelve digits of the hash over all static files."""
    digest = hashlib.sha256()
    for path in sorted(paths.STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(paths.STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
