"""Whether what people were told is so, and whether the order of the queue can be shown from the events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import SEATED
from courses.events.models import Event
from courses.scheduling.models import Run
from scripts.benchmarks.rush_client import Press

OK, CONFLICT = 200, 409
_RUN = re.compile(rb"^POST /runs/(\d+)/")


def faults(db: Session, run_ids: Sequence[int], presses: Sequence[Press], people: Sequence[int]) -> list[str]:
    """What is wrong in runs for which nobody else pressed: nothing, if all is well."""
    wrong = untrue(db, presses, people)
    places = db.scalar(select(func.count()).where(Enrolment.run_id.in_(run_ids)))
    if places != len(presses):
        wrong.append(f"{places} places of {len(presses)} who pressed")
    return wrong + [fault for run_id in run_ids for fault in unsound(db, run_id)]


def untrue(db: Session, presses: Sequence[Press], people: Sequence[int]) -> list[str]:
    """Which answers are not so. The people pressed in the order of `presses`, once each."""
    told = [_told(press, person) for press, person in zip(presses, people, strict=True)]
    rows = select(Enrolment.run_id, Enrolment.person_id, Enrolment.status, Enrolment.queue_no)
    run_ids = {run_id for run_id, _person, _seated in told}
    places = {(row.run_id, row.person_id): row for row in db.execute(rows.where(Enrolment.run_id.in_(run_ids)))}
    return [fault for run_id, person, seated in told if (fault := _broken(places.get((run_id, person)), seated))]


def _told(press: Press, person: int) -> tuple[int, int, bool | None]:
    """Run, person, and what the answer said: a seat, the queue, or (None) that there is a place already."""
    run = _RUN.match(press.request)
    assert run, press.request
    known = None if press.status == CONFLICT else b"is full. You are number" not in press.body
    if press.status not in {OK, CONFLICT} or (press.status == CONFLICT and press.tries == 1):
        raise SystemExit(f"answered {press.status} at try {press.tries}: {press.body[:2000]!r}")
    return int(run[1]), person, known


def _broken(place: Any, seated: bool | None) -> str:
    """What was answered and is not so. Who waited may have been promoted meanwhile, but nobody loses a seat."""
    if place is None:
        return "an accepted place is not there"
    if seated and place.status not in SEATED:
        return f"{place.person_id} was told of a seat in run {place.run_id} and is {place.status}"
    if seated is False and place.status not in (*SEATED, Status.WAITLISTED):
        return f"{place.person_id} was told to wait in run {place.run_id} and is {place.status}"
    return ""


def unsound(db: Session, run_id: int) -> list[str]:
    """What is wrong in a run that nobody has left: its seats, their count, or an order that the events do not show.

    (Nobody has two places: a person has one row in a run, by its key.)
    """
    run = db.get_one(Run, run_id, populate_existing=True)
    counts = dict(
        db.execute(
            select(Enrolment.status, func.count()).where(Enrolment.run_id == run_id).group_by(Enrolment.status)
        ).all()
    )
    seated, waiting = sum(counts.get(status, 0) for status in SEATED), counts.get(Status.WAITLISTED, 0)
    expected = seated + waiting if run.capacity is None else min(run.capacity, seated + waiting)
    wrong = []
    if seated != expected or run.taken != seated:
        wrong.append(f"run {run_id}: {seated} seated and {run.taken} counted of {expected} expected")
    moves = db.scalars(select(Event.data).where(Event.kind == "moved", Event.run_id == run_id).order_by(Event.id)).all()
    numbers = [move["queue_no"] for move in moves if move["after"] == Status.WAITLISTED]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"run {run_id}: the numbers of the queue are not 1, 2, 3… in the order of the events")
    return wrong
