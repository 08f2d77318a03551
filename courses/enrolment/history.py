"""What became of an enrolment: every change in a sentence, with who made it, when, why, and where the person served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, cast, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment
from courses.enrolment.words import SENTENCES, About, Change
from courses.events.actions import kind_of
from courses.events.facts import Escalated, Offered, Ranked, Replaced
from courses.events.models import Event
from courses.people.models import Leave, OrgUnit, Person, Posting
from courses.scheduling.models import Mode, Run
from courses.text import Text, text


def changes(db: Session, enrolment_id: int) -> list[Change]:
    """The history of an enrolment, the first change first; KeyError where there is no such enrolment."""
    asked = {"enrolment_id": enrolment_id}
    own = rows(db, _OWN, asked).one_or_none()
    if own is None:
        raise KeyError(enrolment_id)
    asked |= {"run_id": own.run_id, "person_id": own.person_id}
    told = list(_told(db, _events(db, own, asked), enrolment_id))
    postings = rows(db, _POSTINGS, asked).all()
    placed = [_placed(one, postings) for one in told]
    first = min((clock.local(one.at).date() for one in placed), default=None)
    last = max(clock.local(own.moved_at).date(), min(own.ends_on, clock.today()))
    moved = _movements(postings, rows(db, _LEAVES, asked).all(), first, last) if first else ()
    return sorted([*placed, *moved], key=lambda one: one.at)


def _events(db: Session, own: Any, asked: Mapping[str, Any]) -> list[Any]:
    """Those of the person in the run; ranks are given to many at once, in selections alone."""
    events = rows(db, _EVENTS, asked).all()
    ranks = rows(db, _RANKS, asked).all() if own.mode is Mode.SELECTION else ()
    return sorted([*events, *ranks], key=lambda event: int(event.id))


def _told(db: Session, events: list[Any], enrolment_id: int) -> Iterator[Change]:
    """Each event of the enrolment in words. An offer's end belongs to the step before it."""
    names = _names(db, events)
    before: Change | None = None
    for event in events:
        said: Mapping[str, Any] = event.data
        if said.get("enrolment_id", enrolment_id) != enrolment_id:
            continue
        if event.kind == _OFFERED and before is not None and before.kind == "offered":
            until = datetime.fromisoformat(said["until"])
            before = replace(before, what=text("A seat was offered, to be accepted until %(until)s", until=until))
            continue
        found = SENTENCES[event.kind](said, About(event, enrolment_id, names))
        if found is None:
            continue
        if before is not None:
            yield before
        before = replace(found, at=event.at, by=event.actor)
    if before is not None:
        yield before


def _placed(change: Change, postings: Any) -> Change:
    """With the unit and grade of that day."""
    day = clock.local(change.at).date()
    held = [one for one in postings if one.from_on <= day and (one.until_on is None or one.until_on >= day)]
    return replace(change, unit=held[-1].path, grade=held[-1].grade) if held else change


def _movements(postings: Any, leaves: Any, first: date, last: date) -> Iterator[Change]:
    """What became of the person meanwhile, at the beginning of its day."""
    for before, now in pairwise(postings):
        if first < now.from_on <= last:
            yield from _posted(before, now)
    for leave in leaves:
        if first <= leave.from_on <= last:
            until = {"until": leave.until_on}
            what = text("Is on leave until %(until)s", **until) if leave.until_on else text("Is on leave")
            yield _on(leave.from_on, what)
        if leave.until_on and first <= leave.until_on < min(last, clock.today()):
            yield _on(date.fromordinal(leave.until_on.toordinal() + 1), text("Came back from leave"))


def _posted(before: Any, now: Any) -> Iterator[Change]:
    place = {"unit": now.path, "grade": now.grade}
    if now.unit_id != before.unit_id:
        yield replace(_on(now.from_on, text("Was transferred to %(unit)s", unit=now.path)), **place)
    if now.grade != before.grade:
        yield replace(_on(now.from_on, text("Has another grade: %(grade)s", grade=now.grade)), **place)


def _on(day: date, what: Text) -> Change:
    return Change(clock.at(day, time()), "movement", what, movement=True)


def _names(db: Session, events: list[Any]) -> dict[tuple[str, int], str]:
    """Of the persons and units that the facts name."""
    people = {event.data["instead_of"] for event in events if event.kind == kind_of(Replaced)}
    units = {event.data["unit_id"] for event in events if event.kind in (kind_of(Ranked), kind_of(Escalated))}
    found = {("person", row.id): row.name for row in rows(db, _PEOPLE, {"ids": list(people)}).all()} if people else {}
    return found | (
        {("unit", row.id): row.name for row in rows(db, _UNITS, {"ids": list(units)}).all()} if units else {}
    )


_run_id, _person_id = bindparam("run_id", type_=KEY), bindparam("person_id", type_=KEY)
_OFFERED = kind_of(Offered)
_ids = bindparam("ids", type_=KEY, expanding=True)
_PEOPLE = select(Person.id, Person.name).where(Person.id.in_(_ids))
_UNITS = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(_ids))
_OWN = (
    select(Enrolment.run_id, Enrolment.person_id, Enrolment.moved_at, Run.ends_on, Run.mode)
    .join(Run, Run.id == Enrolment.run_id)
    .where(Enrolment.id == bindparam("enrolment_id", type_=KEY))
)
_KINDS = sorted({*SENTENCES, kind_of(Offered)} - {kind_of(Ranked)})
_told_by = select(
    Event.id, Event.at, Event.kind, Event.actor_id, Event.person_id, Event.data, Person.name.label("actor")
).outerjoin(Person, Person.id == Event.actor_id)
_EVENTS = _told_by.where(
    Event.person_id == _person_id,
    cast(Event.run_id, KEY) == _run_id,
    Event.kind.in_(_KINDS),
)
"""SQL: by the person, who has few events: by the mere column SQLite would walk through all of the run."""
_RANKS = _told_by.where(Event.run_id == _run_id, Event.kind.in_([kind_of(Ranked)]))
_POSTINGS = (
    select(Posting.from_on, Posting.until_on, Posting.unit_id, Posting.grade, OrgUnit.path)
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(Posting.person_id == _person_id)
    .order_by(Posting.from_on)
)
_LEAVES = select(Leave.from_on, Leave.until_on).where(Leave.person_id == _person_id).order_by(Leave.from_on)
