"""`@permit` and `@public`: every endpoint has one of them. Denied by default."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import ServiceUnavailable

from courses.people.actor import Actor, load_actor
from courses.permissions import Permission, may
from lms import db

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 5
_SERIALIZATION, _DEADLOCK, _LOCK_NOT_AVAILABLE = "40001", "40P01", "55P03"
_UNIQUE_VIOLATION = "23505"
_STOPPING = {"57P01", "57P02", "57P03"}  # shut down, crashed, not yet started
_BUSY_SECONDS, _AWAY_SECONDS = 0.03, 0.5


def permit(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only persons who hold the permission; others are asked to sign in, or told who can (403).

    The view is run again when the database chose it as the victim of a deadlock.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            g.permission = permission
            persistently(lambda: _require(me_or_none(), permission))
            if request.method not in db.SAFE_METHODS:
                db.release()  # who is asking was read in a transaction of its own; slow work comes before the next
            return persistently(lambda: view(*args, **kwargs))

        door.guarded_by = permission  # type: ignore[attr-defined]  # read by the architecture test
        return door

    return guard


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody, signed in or not."""

    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        return persistently(lambda: view(*args, **kwargs))

    door.guarded_by = None  # type: ignore[attr-defined]  # read by the architecture test
    return door


def me() -> Actor:
    """The signed-in person, as read in this request."""
    actor = me_or_none()
    if actor is None:
        abort(401)
    return actor


def me_or_none() -> Actor | None:
    """The signed-in person, or None. The API knows people by their tokens alone."""
    if "bearer" in g:
        known: Actor | None = g.bearer
        return known
    return getattr(current_user._get_current_object(), "actor", None)  # its proxy asks anew at each dot


def acting() -> tuple[Any, Actor]:
    """The writing session and the person, both checked again inside its transaction: `db, actor = acting()`."""
    session = db.session()
    actor = load_actor(session, me().id)
    if actor is None or actor.session_key != me().session_key:
        abort(401)
    _require(actor, g.permission)
    return session, actor


def _require(actor: Actor | None, permission: Permission) -> None:
    if actor is None:
        abort(401)
    if not may(actor, permission):
        abort(403)


def persistently(work: Callable[[], R]) -> R:
    """Run `work`; again, at most five times, when the database asks for it (deadlock, lock not to be had).

    Also when somebody else added the same thing at the same moment: now it can be seen, and refused with a reason. And
    when the database is away for a moment (it starts again), unless that happened at the commit: then nobody knows.
    """
    for attempt in range(_TRIES):
        try:
            return work()
        except (OperationalError, IntegrityError) as error:
            db.release()
            if not _passes(error, attempt):
                raise
            current_app.logger.info("transaction run again: %s", error.orig)
            longest = _AWAY_SECONDS if _is_away(error) else _BUSY_SECONDS
            time.sleep(random.uniform(longest / 6, longest) * (attempt + 1))  # noqa: S311  # jitter, no secret
    raise ServiceUnavailable(retry_after=2)


def _passes(error: DBAPIError, attempt: int) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state == _UNIQUE_VIOLATION:
        return attempt == 0
    if _is_away(error):
        return not g.get("commit_sent")
    return state in {_SERIALIZATION, _DEADLOCK, _LOCK_NOT_AVAILABLE}


def _is_away(error: DBAPIError) -> bool:
    """Whether the connection broke, or there was none to be had (an error without a statement)."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state in _STOPPING or (error.statement is None and state is None)


def init_app(app: Flask) -> None:
    """Refuse to serve an endpoint that says neither `@permit` nor `@public`."""

    @app.before_request
    def deny_by_default() -> None:
        view: Any = app.view_functions.get(request.endpoint or "")
        if view is not None and not hasattr(view, "guarded_by"):
            abort(403)
