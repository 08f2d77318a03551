"""A kept file that is not what was signed: it is not handed out, and those who can bring it back are told."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from courses import clock
from courses.certificates.store import Damaged
from lms import db
from lms.jobs.queue import later
from lms.jobs.tasks.damage import TELLING


def report(error: Damaged, reference: str) -> None:
    """Into the log each time, to the administrators once a day and file. Call it after the request's transaction.

    Whatever keeps them from being told is in the log, too: who asked for the file gets the same answer.
    """
    current_app.logger.critical("reference %s: %s is not what was signed", reference, error)
    now = clock.now()
    fact = {"what": error.what, "id": error.id, "at": now.isoformat()}
    key = f"{TELLING}:{error.what}:{error.id}:{clock.local(now).date()}"
    try:
        with db.database().begin() as session:
            later(session, TELLING, key=key, facts=[fact])
    except (SQLAlchemyError, OSError):  # what damaged the file may keep the database from being written, too
        current_app.logger.exception("reference %s: the administrators could not be told", reference)
