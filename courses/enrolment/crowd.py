"""Many people who enrol at the same moment, in about as many statements as one: each by the rules, in their order.

Runs and persons are held as `actions.enrol` holds them, and the same rules are asked. What is not plain (a row from
before, quotas, a seat that somebody who waits may have) is left to `actions.enrol`: nothing was done for it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from courses.enrolment import eligibility, seats
from courses.enrolment.actions import takes_applications
from courses.enrolment.applicants import applicants
from courses.enrolment.eligibility import Case, Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import Entry, enter_all
from courses.errors import Refused, without_number
from courses.scheduling import locks
from courses.scheduling.models import Run
from courses.text import text


class Asked(NamedTuple):
    """Somebody's own wish for a place. `session_key`: of the sign-in, which still has to be theirs."""

    run_id: int
    person_id: int
    session_key: str
    motive: str = ""


Reply = Enrolment | Refused | None
"""None: for `actions.enrol`, alone. An enrolment comes with its `run`."""


def enrol_all(db: Session, asked: Sequence[Asked]) -> list[Reply]:
    """What becomes of each: whoever asks for two things at once has the first of them, and the other one alone."""
    first = {one.person_id: one for one in reversed(asked)}
    locks.lock_people(db, first)
    found: dict[int, Reply] = {}
    entries: list[Entry] = []
    for run_id in sorted({one.run_id for one in first.values()}):
        theirs = [one for one in asked if one.run_id == run_id and first[one.person_id] is one]
        entries += _entries(db, run_id, theirs, found)
    enter_all(db, entries)
    found.update((entry.enrolment.person_id, entry.enrolment) for entry in entries)
    return [found.get(one.person_id) if first[one.person_id] is one else None for one in asked]


def _entries(db: Session, run_id: int, asked: Sequence[Asked], found: dict[int, Reply]) -> list[Entry]:
    """How those whom no rule forbids come into the run, which is held from here on; who may not goes into `found`."""
    try:
        run = locks.lock_run(db, run_id)
    except NoResultFound:
        return []
    new = _admissible(db, run, asked, found)
    if takes_applications(db, run):
        return [_entry(run, one, Status.APPLIED, None) for one in new]
    numbers = seats.place_all(db, run, len(new)) if new else ()
    statuses = (Status.WAITLISTED if number else Status.ENROLLED for number in numbers)
    return [_entry(run, *each) for each in zip(new, statuses, numbers, strict=False)]


def _admissible(db: Session, run: Run, asked: Sequence[Asked], found: dict[int, Reply]) -> list[Asked]:
    people, new = applicants(db, run, [one.person_id for one in asked]), []
    for one in asked:
        person = people[one.person_id]
        if refused := _refusal(Case(db, run, person, Route.OWN, one.motive.strip()), one):
            found[one.person_id] = refused
        elif person.status is None and person.session_key == one.session_key:
            new.append(one)
    return new


def _refusal(case: Case, one: Asked) -> Refused | None:
    try:
        without_number(one.motive, text("Motive"))
    except Refused as refused:
        return refused
    return eligibility.refusal_in(case, one.person_id)


def _entry(run: Run, one: Asked, status: Status, number: int | None) -> Entry:
    enrolment = Enrolment(run_id=run.id, person_id=one.person_id, motive=one.motive.strip())
    set_committed_value(enrolment, "run", run)
    return Entry(enrolment, status, number)
