"""Flask-Login's side: who the session cookie stands for."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from flask import session as cookie
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from courses.people.actor import Actor, load_actor
from lms.db import looking

_HTTP_SEE_OTHER = 303


class User(UserMixin):
    """An actor for Flask-Login. The id carries the session key, so that changing the key ends every sign-in."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = f"{actor.id}:{actor.session_key}"


def init_app(app: Flask) -> None:
    """Set up Flask-Login."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    manager.unauthorized_handler(ask_to_sign_in)
    manager.session_protection = None  # phones change address all day; the cookie is signed and http-only


def _load(user_id: str) -> User | None:
    person_id, _, key = user_id.partition(":")
    actor = load_actor(looking(), int(person_id)) if person_id.isdigit() else None
    return User(actor) if actor and actor.session_key == key else None


def ask_to_sign_in() -> Response:
    """To the sign-in page, and back here afterwards."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.sign_in", next=back), _HTTP_SEE_OTHER)


def remember_language(code: str) -> None:
    """Keep the language chosen on this browser."""
    cookie["language"] = code
    cookie.permanent = True


def remember_theme(answer: Response, theme: str) -> Response:
    """Let this browser keep the colours ('' as the device has them); the button in the bar writes the same cookie."""
    if theme:
        answer.set_cookie("theme", theme, max_age=365 * 24 * 3600, samesite="Lax")
    else:
        answer.delete_cookie("theme")
    return answer
