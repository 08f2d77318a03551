"""Presses of “enrol” that wait at the same moment: one of them does them all, in one transaction.

A process writes one transaction at a time for them, and whoever comes meanwhile is in the next one. So the more people
press, the less each of them costs; who presses alone waits for nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock

from flask import current_app, g

from courses.enrolment.crowd import Asked, Reply, enrol_all
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from lms import db as doors
from lms.auth.guard import me
from lms.db import Sessions
from lms.jobs.reactions import react


@dataclass
class _Batch:
    """Presses done together. `over`: it is known what became of them, and that is on the disk."""

    over: Event = field(default_factory=Event)
    error: Exception | None = None
    sent: bool = False


@dataclass
class _Press:
    asked: Asked
    batch: _Batch | None = None
    outcome: Reply = None


class Crowd:
    """Those who wait in this process."""

    def __init__(self) -> None:
        self._waiting: deque[_Press] = deque()
        self._turn = Lock()

    def enrol(self, store: Sessions, asked: Asked) -> Enrolment | None:
        """What became of it, or None where that has to be found out alone. Raises `Refused`.

        An error at the commit is raised for everybody in it: nobody knows then. Any other one took nothing away.
        """
        mine = _Press(asked)
        self._waiting.append(mine)
        with self._turn:
            leads = mine.batch is None
            batch = mine.batch or self._carry_out(store)
        if leads:
            _settle(store, batch)
        batch.over.wait()
        if batch.error and batch.sent:
            g.commit_sent = True
            raise batch.error
        if isinstance(mine.outcome, Refused):
            raise mine.outcome
        return mine.outcome

    def _carry_out(self, store: Sessions) -> _Batch:
        """Everybody who waits once it is this process's turn to write."""
        batch, presses = _Batch(), []
        try:
            db = store.writing()
            try:
                presses = [self._waiting.popleft() for _ in range(len(self._waiting))]
                outcomes = enrol_all(db, [press.asked for press in presses])
                react(db)
                batch.sent = True
                db.commit()
            finally:
                store.close(db)
            _tell(presses, outcomes)
        except Exception as error:
            batch.error = error
            current_app.logger.info("%s presses are done one by one: %s", len(presses), error)
        finally:
            presses = presses or [self._waiting.popleft() for _ in range(len(self._waiting))]
            for press in presses:
                press.batch = batch
        return batch


def _tell(presses: Sequence[_Press], outcomes: Sequence[Reply]) -> None:
    for press, outcome in zip(presses, outcomes, strict=True):
        press.outcome = outcome


def _settle(store: Sessions, batch: _Batch) -> None:
    """What keeps it from the disk concerns everybody in it."""
    try:
        store.settle()
    except Exception as error:
        batch.error = batch.error or error
    finally:
        batch.over.set()


def enrol(run_id: int, motive: str) -> Enrolment | None:
    """A place for who is signed in, or None where `actions.enrol` has to find it. Raises `Refused`."""
    crowd: Crowd = current_app.extensions.setdefault("crowd", Crowd())
    actor = me()
    return crowd.enrol(doors.database(), Asked(run_id, actor.id, actor.session_key, motive))
