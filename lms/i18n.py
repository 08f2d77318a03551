"""Words in the reader's language.

English is in the code; Korean in `lms/translations/ko/<word>.po`, merged at start.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask.ctx import AppContext
from flask.globals import app_ctx
from markupsafe import Markup, escape

from courses.text import Text, settle_particles
from lms import paths

LANGUAGES = {"ko": "한국어", "en": "English"}
_spoken: ContextVar[str] = ContextVar("spoken", default="")


def init_app(app: Flask) -> None:
    """Give templates `_`, `gettext`, `ngettext` and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        _template_gettext, _template_ngettext, newstyle=False
    )
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # ours format like Jinja's new style
    app.jinja_env.globals["_"] = _template_gettext  # at once; the extension's `_` looks `gettext` up at every call


def language() -> str:
    """The reader's language: chosen on this browser, else what the browser asks for, else the organisation's."""
    try:
        context: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]  # of the proxy
        return str(context.g.language)  # asked for hundreds of times a page: `g` takes twice as long
    except (AttributeError, RuntimeError):  # the first time in this request; not in a request at all
        pass
    if not has_request_context():
        return _terminal_language()
    g.language = cookie.get("language") or request.accept_languages.best_match(LANGUAGES) or _usual()
    return str(g.language)


def _usual() -> str:
    from lms.db import current_organisation  # which speaks to nobody itself

    return current_organisation().language


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Words of this language, whoever is asking: for mail, which is written to many, and for letters."""
    token, asking = _spoken.set(code), has_request_context()
    usual = g.get("language") if asking else None
    if asking:
        g.language = code
    try:
        yield
    finally:
        _spoken.reset(token)
        if asking:
            g.language = usual
            if usual is None:
                del g.language


def _terminal_language() -> str:
    """What `speaking` says; commands speak English where the terminal's locale asks for it, else Korean."""
    if spoken := _spoken.get():
        return spoken
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if asked.startswith("en") else "ko"


def _(msgid: str, **params: object) -> str:
    """Translate a message; placeholders are named: `_("%(n)s seats", n=3)`."""
    found = _known(language(), msgid)
    return settle_particles(found % params) if params else found


def ngettext(singular: str, plural: str, n: int, **params: object) -> str:
    """Translate a message that counts; `%(n)s` is the number."""
    return settle_particles(catalogue(language()).ngettext(singular, plural, n) % {"n": n, **params})


def words(message: Text | str) -> str:
    """A message of the domain in the reader's language."""
    if isinstance(message, str):
        return message
    if not message.params:
        return _(message.msgid)
    return _(message.msgid, **{key: readable(value) for key, value in message.params.items()})


def readable(value: object) -> object:
    """What fills a placeholder, in the reader's language."""
    from lms.web.formats import day, moment  # formats need `language` from here

    if isinstance(value, Text):
        return words(value)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


@cache
def catalogue(code: str) -> NullTranslations:
    """All `.po` files of a language as one catalogue."""
    merged: NullTranslations = NullTranslations()
    for path in sorted((paths.TRANSLATIONS / code).glob("*.po")):
        buffer = io.BytesIO()
        with path.open("rb") as file:
            write_mo(buffer, read_po(file, locale=code))
        buffer.seek(0)
        part = Translations(buffer)
        merged = part if not isinstance(merged, Translations) else merged.merge(part)
    return merged


def _template_gettext(msgid: str, /, **params: object) -> Markup:
    return _finish(_known(language(), msgid), params) if params else _plain(language(), msgid)


def _template_ngettext(singular: str, plural: str, number: int, /, **params: object) -> Markup:
    found = catalogue(language()).ngettext(singular, plural, number)
    return _finish(found, {"num": number, "n": number, **params})


@lru_cache(maxsize=8192)
def _known(code: str, msgid: str) -> str:
    return catalogue(code).gettext(msgid)


@lru_cache(maxsize=4096)
def _plain(code: str, msgid: str) -> Markup:
    """Most messages of a page have no parameters: they are made ready once."""
    return _finish(_known(code, msgid), {})


def _finish(found: str, params: dict[str, object]) -> Markup:
    escaped = {name: value if type(value) in _NUMBERS else escape(value) for name, value in params.items()}
    return Markup(settle_particles(found % escaped))  # noqa: S704  # the parameters were escaped


_NUMBERS = {int, float}
"""Kinds that hold nothing to escape, and may be formatted as numbers."""
