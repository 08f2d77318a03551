from __future__ import annotations

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms import db
from lms.auth.guard import public
from lms.migrate import is_current

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@pages.get("/readyz")
@public
def readyz() -> tuple[str, int, dict[str, str]]:
    """The database answers, too, and its schema is the one this version needs."""
    plain = {"Content-Type": "text/plain"}
    try:
        db.looking().execute(select(1))
        return ("ready\n", 200, plain) if is_current(db.looking()) else ("schema is not current\n", 503, plain)
    except SQLAlchemyError:
        return "database does not answer\n", 503, plain
