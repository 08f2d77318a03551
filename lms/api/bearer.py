"""Who is asking: the person of the token, with the permissions of now. Cookies count for nothing here."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests

from courses.people.actor import Actor, load_actor
from lms import db, throttle
from lms.api import tokens
from lms.api.places import is_api
from lms.i18n import LANGUAGES

_WHAT, _WRONG, _WAIT = "api-token", {"times": 60, "minutes": 10}, 600


def init_app(app: Flask) -> None:
    """Find out before anything else happens."""

    @app.before_request
    def know_the_bearer() -> None:
        if is_api():
            speak()
            g.bearer = None  # also while the token is looked for: no cookie stands in
            g.bearer = _actor()
            if g.bearer and not request.accept_languages:
                g.language = g.bearer.language

    @app.after_request
    def say_what_it_hangs_on(response: Response) -> Response:
        if is_api():
            response.vary.update(["Authorization", "Accept-Language"])
            if response.mimetype == "text/html":  # the empty answer to OPTIONS
                response.headers.pop("Content-Type")
        return response


def speak() -> None:
    """Speak the language the client asks for, else the person's, else Korean; no cookie chooses it."""
    if "language" not in g:
        g.language = request.accept_languages.best_match(LANGUAGES) or "ko"


def _actor() -> Actor | None:
    """The person of the token that was sent, None without one or with a wrong one. Wrong ones are counted.

    A right one always opens, however many wrong ones came from the same address: whole offices share one.
    """
    secret = _secret()
    if secret is None:
        return None
    token = tokens.find(db.looking(), secret)
    actor = load_actor(db.looking(), token.person_id) if token else None
    if token is None or actor is None:
        _count_wrong()
        return None
    if not token.fresh:
        _note_use(token.id)
    return actor


def _secret() -> str | None:
    sent = request.authorization
    return sent.token if sent and sent.type == "bearer" else None


def _count_wrong() -> None:
    address = request.remote_addr or ""
    if throttle.blocked(_WHAT, address, **_WRONG) or not throttle.allowed(_WHAT, address, **_WRONG):
        raise TooManyRequests(retry_after=_WAIT)


def _note_use(token_id: int) -> None:
    """In a short transaction of its own, before the request's, at most once a day."""
    db.release()
    with db.database().begin() as session:
        tokens.note_use(session, token_id)
