"""Static files under a folder named after their content, so that browsers may keep them for ever; pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from lms import paths


def init_app(app: Flask) -> None:
    """Serve `lms/static`; give templates `asset('css/app.css')`, and the pictures: `icon("clock")`."""
    prefix = f"static/{_version()}"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the usual way to wrap
        app.wsgi_app,
        root=str(paths.STATIC),
        prefix=prefix,
        immutable_file_test=lambda _path, _url: True,
    )
    app.add_template_global(lambda name: f"/{prefix}/{name}", "asset")
    app.add_template_global(_icons(f"/{prefix}/icons/icons.svg"), "icon")


def _icons(sprite: str) -> Callable[..., Markup]:
    """One picture of the sprite, silent to screen readers unless it has a label. Names: see scripts/vendor-icons.txt.

    No macro, since a page has a hundred: each is made once.
    """
    silent = Markup('<svg class="ico" aria-hidden="true"><use href="%s#%s"/></svg>')
    read_out = Markup('<svg class="ico" role="img" aria-label="%s"><use href="%s#%s"/></svg>')

    @lru_cache(maxsize=512)
    def icon(name: str, label: str | None = None) -> Markup:
        return read_out % (label, sprite, name) if label else silent % (sprite, name)

    return icon


def _version() -> str:
    """Twelve digits of the hash over all static files."""
    digest = hashlib.sha256()
    for path in sorted(paths.STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(paths.STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
