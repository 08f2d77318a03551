"""The audit's walk along all events of enrolments: legal steps, promoted in order, and ending where the rows stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.db import KEY, in_parts, rows
from courses.enrolment.findings import Finding
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import TRANSITIONS, status_text
from courses.events.actions import kind_of
from courses.events.facts import Changed, Moved, PassedOver, QuotasSet, Settled
from courses.events.models import Event
from courses.scheduling.models import Run
from courses.text import Text, text

_AT_ONCE = 100
"""Runs that are in memory together, with their events."""
_MOVED, _PASSED, _SETTLED = kind_of(Moved), kind_of(PassedOver), kind_of(Settled)
_CHANGED, _QUOTAS = kind_of(Changed), kind_of(QuotasSet)
_LEGAL = {
    before.value if before else "": frozenset(one.value for one in after) for before, after in TRANSITIONS.items()
}


def histories(db: Session, run_id: int | None) -> Iterator[Finding]:
    """Every history is a legal path, nobody was promoted before somebody who was next, and it ends as the row says."""
    ids = [run_id] if run_id else db.scalars(select(Run.id).order_by(Run.id)).all()
    for some in in_parts(ids, _AT_ONCE):
        asked = {"first": some[0], "last": some[-1]}
        trails = {id_: Trail(id_) for id_ in some}
        for event in rows(db, _EVENTS, asked):
            if event.run_id in trails:
                trails[event.run_id].follow(event)
        for row in rows(db, _ROWS, asked):
            trails[row.run_id].compare(row)
        for trail in trails.values():
            yield from trail.found
            yield from trail.lost()


class Trail:
    """What the events of one run say, followed one by one."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.found: list[Finding] = []
        self._status: dict[int, str] = {}
        self._outcome: dict[int, str] = {}
        self._queue: dict[int, int] = {}
        self._numbers: set[int] = set()
        self._passed: set[int] = set()

    def follow(self, event: Any) -> None:
        """The next event. Who was passed over may be overtaken until something else changes who may have a seat."""
        kind, said = event.kind, event.data
        if kind == _MOVED:
            self._move(said)
        elif kind == _SETTLED:
            self._settle(said)
        elif kind == _PASSED:
            self._passed.add(said["enrolment_id"])
        elif kind == _QUOTAS or said["thing"] == "run":
            self._passed.clear()

    def _move(self, said: Mapping[str, Any]) -> None:
        id_, before, after = said["enrolment_id"], said["before"], said["after"]
        was = self._status.get(id_, "")
        if before != was:
            self._say(
                "broken", id_, text("The history goes on from “%(before)s” after “%(was)s”", **_named(before, was))
            )
        if after not in _LEGAL.get(before, ()) or self._outcome.get(id_):
            self._say("illegal", id_, text("No way leads from “%(before)s” to “%(was)s”", **_named(before, after)))
        self._status[id_] = after
        own = self._queue.pop(id_, None)
        if said["reason"] == "promoted" and before == Status.WAITLISTED:  # else it is a word of an officer's
            self._promoted(id_, own)
        else:
            self._passed.clear()
        if after == Status.WAITLISTED:
            self._wait(id_, said["queue_no"])

    def _promoted(self, id_: int, own: int | None) -> None:
        if own is None:
            self._say("promoted", id_, text("Was promoted without waiting"))
            return
        if not self._queue or min(self._queue.values()) > own:
            return
        overtaken = [other for other, number in self._queue.items() if number < own and other not in self._passed]
        if overtaken:
            self._say("overtaken", id_, text("Was promoted before %(n)s who were next", n=len(overtaken)))

    def _wait(self, id_: int, number: int | None) -> None:
        if number is None or number in self._numbers:
            self._say("drawn_twice", id_, text("Came into the queue without a number of its own"))
            return
        self._numbers.add(number)
        self._queue[id_] = number

    def _settle(self, said: Mapping[str, Any]) -> None:
        id_, before = said["enrolment_id"], said["before"]
        if before != self._outcome.get(id_, "") or self._status.get(id_) != Status.ENROLLED:
            self._say("settled", id_, text("The outcome was not set on a seat, or not in place of the one before"))
        self._outcome[id_] = said["after"]

    def compare(self, row: Any) -> None:
        """How the enrolment stands, beside how its history ends."""
        was = self._status.pop(row.id, None)
        outcome = self._outcome.pop(row.id, "")
        if was is None:
            self._say("no_history", row.id, text("Nothing is written down of it"))
        elif was != row.status:
            message = text("It is “%(before)s”, and its history ends with “%(was)s”", **_named(row.status, was))
            self._say("end", row.id, message)
        elif outcome != (row.outcome or ""):
            self._say("end", row.id, text("Its outcome is not the one that was written down"))
        elif row.queue_no and self._queue.get(row.id, row.queue_no) != row.queue_no:
            self._say("end", row.id, text("Its number in the queue is not the one that was written down"))

    def lost(self) -> Iterator[Finding]:
        """Histories without an enrolment."""
        gone: Iterable[int] = self._status
        return (
            Finding("gone", self.run_id, id_, text("It was removed, and its history is there"), _REMEDY) for id_ in gone
        )

    def _say(self, code: str, id_: int, message: Text) -> None:
        self.found.append(Finding(code, self.run_id, id_, message, _REMEDY))


_REMEDY = text("Histories are never changed: look at it, and correct the enrolment by the program")


def _named(before: str, was: str) -> dict[str, Text]:
    return {"before": status_text(Status(before) if before else None), "was": status_text(Status(was) if was else None)}


_between = (bindparam("first", type_=KEY), bindparam("last", type_=KEY))
_EVENTS = (
    select(Event.run_id, Event.kind, Event.data)
    .where(
        Event.run_id.between(*_between),
        Event.kind.in_([_MOVED, _SETTLED, _PASSED, _CHANGED, _QUOTAS]),
    )
    .order_by(Event.run_id, Event.id)
)
_ROWS = select(Enrolment.run_id, Enrolment.id, Enrolment.status, Enrolment.outcome, Enrolment.queue_no).where(
    Enrolment.run_id.between(*_between)
)
