"""What follows from a seat that was given up."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from courses.enrolment import waitlist
from lms import db as doors
from lms.auth.guard import persistently


def look_again(person_ids: Sequence[int]) -> None:
    """The queues elsewhere of people who lost or gave up a seat, in a transaction of its own.

    What was done stands already: when the database is too busy, this is left to the next seat that comes free.
    """

    def work() -> None:
        waitlist.reconsider(doors.session(), None, person_ids)
        doors.commit()

    if not person_ids:
        return
    try:
        persistently(work)
    except ServiceUnavailable:
        current_app.logger.warning("queues of %s people were not looked at again", len(person_ids))
