"""What became of an enrolment: every change in a sentence, with who made it, when, why, and where the person served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, cast, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.enrolment.leaving import LEFT
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.offering import EXPIRED
from courses.events.actions import kind_of
from courses.events.facts import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    Changed,
    Escalated,
    Fact,
    Moved,
    Offered,
    PassedOver,
    Ranked,
    Replaced,
    Settled,
)
from courses.events.models import Event
from courses.people.models import Leave, OrgUnit, Person, Posting
from courses.scheduling.models import Mode, Run
from courses.text import Text, text


@dataclass(frozen=True)
class Change:
    """One change. `what`: a sentence; `reason`: a person's own words or ours, '' for none.

    `by`: who did it, None where the system or the staff file did; `unit` and `grade`: the person's as of that day.
    `movement`: it is one of the person (transfer, promotion, leave), not of the enrolment.
    """

    at: datetime
    kind: str
    what: Text
    by: str | None = None
    reason: Text | str = ""
    unit: str = ""
    grade: str = ""
    movement: bool = False


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
        found = _SENTENCES[event.kind](said, _About(event, enrolment_id, names))
        if found is None:
            continue
        if before is not None:
            yield before
        before = replace(found, at=event.at, by=event.actor)
    if before is not None:
        yield before


@dataclass(frozen=True)
class _About:
    """What sentences need beside the facts: the event, and names by ("person", id) and ("unit", id)."""

    event: Any
    enrolment_id: int
    names: Mapping[tuple[str, int], str]

    @property
    def own(self) -> bool:
        """Whether the person did it."""
        return bool(self.event.actor_id == self.event.person_id)

    def say(self, kind: str, what: Text, reason: Text | str = "") -> Change:
        return Change(self.event.at, kind, what, reason=reason)


def _moved(said: Mapping[str, Any], about: _About) -> Change:
    reason = said.get("reason", "")
    after = Status(said["after"])
    what = _REASONS.get((after, reason)) or _STEPS.get((said["before"], after)) or _AFTER[after]
    if after is Status.WITHDRAWN and about.own and reason == "":
        what = text("Withdrew")
    if after is Status.APPLIED and not about.own and said["before"] == "":
        what = text("Was put forward")
    if after is Status.WAITLISTED:
        what = Text(what.msgid, {"n": abs(said.get("queue_no") or 0)})
    return about.say(after.value, what, "" if reason in _CODES else reason)


def _settled(said: Mapping[str, Any], about: _About) -> Change:
    if not said["after"]:
        return about.say("settled", text("The outcome was taken back"))
    return about.say("settled", text("Outcome: %(outcome)s", outcome=_OUTCOMES[Outcome(said["after"])]))


def _passed(said: Mapping[str, Any], about: _About) -> Change:
    why = _OBSTACLES.get(said["reason"], text("a rule was in the way"))
    return about.say("passed_over", text("A seat came free and went to the next one in the queue"), why)


def _escalated(said: Mapping[str, Any], about: _About) -> Change:
    unit = about.names.get(("unit", said["unit_id"]), "")
    return about.say(
        "escalated", text("No answer from %(unit)s in time: the next head above may decide too", unit=unit)
    )


def _replaced(said: Mapping[str, Any], about: _About) -> Change:
    name = about.names.get(("person", said["instead_of"]), "")
    return about.say("replaced", text("Came in for %(name)s", name=name), said["reason"])


def _ranked(said: Mapping[str, Any], about: _About) -> Change | None:
    pair = said["ranks"].get(str(about.enrolment_id))
    if pair is None:
        return None
    unit, rank = about.names.get(("unit", said["unit_id"]), ""), pair[1]
    if rank is None:
        return about.say("ranked", text("%(unit)s took its rank back", unit=unit))
    return about.say("ranked", text("%(unit)s gave it rank %(rank)s", unit=unit, rank=rank))


def _changed(said: Mapping[str, Any], about: _About) -> Change | None:
    """Only the motive of an enrolment changes; other records of the person in this run are told elsewhere."""
    if said["thing"] != "enrolment" or said["id"] != about.enrolment_id:
        return None
    return about.say("changed", text("Wrote another motive"), said["after"].get("motive", ""))


def _certificate(what: str) -> Callable[[Mapping[str, Any], _About], Change]:
    def told(said: Mapping[str, Any], about: _About) -> Change:
        return about.say("certificate", Text(what, {"number": said["number"]}), said.get("reason", ""))

    return told


_SENTENCES: dict[str, Callable[[Mapping[str, Any], _About], Change | None]] = {
    kind_of(Moved): _moved,
    kind_of(Settled): _settled,
    kind_of(PassedOver): _passed,
    kind_of(Escalated): _escalated,
    kind_of(Replaced): _replaced,
    kind_of(Ranked): _ranked,
    kind_of(Changed): _changed,
    kind_of(CertificateIssued): _certificate(text("The certificate %(number)s was issued").msgid),
    kind_of(CertificateReissued): _certificate(text("The certificate %(number)s was issued again").msgid),
    kind_of(CertificateRevoked): _certificate(text("The certificate %(number)s was revoked").msgid),
}
_OFFERED = kind_of(Offered)

_AFTER = {
    Status.APPLIED: text("Put in an application"),
    Status.RETURNED: text("Returned for correction"),
    Status.APPROVED: text("Got the head's approval"),
    Status.NOMINATED: text("Was nominated"),
    Status.WAITLISTED: text("Waits as number %(n)s drawn from the queue"),
    Status.OFFERED: text("A seat was offered"),
    Status.ENROLLED: text("Got a seat"),
    Status.NOT_SELECTED: text("Was not selected"),
    Status.WITHDRAWN: text("Was withdrawn"),
    Status.CANCELLED: text("The run was cancelled"),
}
_STEPS = {
    ("returned", Status.APPLIED): text("Sent the application again"),
    ("enrolled", Status.WAITLISTED): text("Went from the seat to the front of the queue, number %(n)s"),
    **{(ended, Status.APPLIED): text("Applied anew") for ended in ("not_selected", "withdrawn", "cancelled")},
}
"""By what it was before and is then."""
_REASONS = {
    (Status.ENROLLED, "promoted"): text("Got the seat that came free, as the next one in the queue"),
    (Status.ENROLLED, "accepted"): text("The offered seat was accepted"),
    (Status.ENROLLED, "selected"): text("Was selected and got a seat"),
    (Status.ENROLLED, "drawn"): text("Drew a seat"),
    (Status.WAITLISTED, EXPIRED): text("The offer ended without an answer: waits again, as number %(n)s"),
    (Status.WITHDRAWN, EXPIRED): text("The offer ended without an answer"),
    (Status.WITHDRAWN, "declined"): text("The offered seat was declined"),
    (Status.WITHDRAWN, LEFT): text("Left the organisation"),
}
"""By what it is then and the program's own reason."""
_CODES = {*(reason for _, reason in _REASONS), "capacity lowered", "by the order of the list"}
_OUTCOMES = {
    Outcome.COMPLETED: text("Completed"),
    Outcome.NOT_COMPLETED: text("Not completed"),
    Outcome.NOT_REGISTERED: text("Never attended"),
    Outcome.EXPELLED: text("Expelled"),
}
_OBSTACLES = {
    "quota": text("the unit has all the seats it may have"),
    "clash": text("has a seat elsewhere at the same time"),
    "gone": text("no longer takes part"),
    "teaches": text("teaches the run"),
}
"""Why somebody was passed over: the codes of `eligibility`."""


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
    found = {("person", row.id): row.name for row in rows(db, _PEOPLE, {"ids": list(people)})} if people else {}
    return found | ({("unit", row.id): row.name for row in rows(db, _UNITS, {"ids": list(units)})} if units else {})


_run_id, _person_id = bindparam("run_id", type_=KEY), bindparam("person_id", type_=KEY)
_ids = bindparam("ids", type_=KEY, expanding=True)
_PEOPLE = select(Person.id, Person.name).where(Person.id.in_(_ids))
_UNITS = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(_ids))
_OWN = (
    select(Enrolment.run_id, Enrolment.person_id, Enrolment.moved_at, Run.ends_on, Run.mode)
    .join(Run, Run.id == Enrolment.run_id)
    .where(Enrolment.id == bindparam("enrolment_id", type_=KEY))
)
_OF_PERSON: tuple[type[Fact], ...] = (
    Moved, Settled, PassedOver, Escalated, Replaced, Changed, Offered, CertificateIssued, CertificateReissued,
    CertificateRevoked,
)  # fmt: skip
_told_by = select(
    Event.id, Event.at, Event.kind, Event.actor_id, Event.person_id, Event.data, Person.name.label("actor")
).outerjoin(Person, Person.id == Event.actor_id)
_EVENTS = _told_by.where(
    Event.person_id == _person_id,
    cast(Event.run_id, KEY) == _run_id,
    Event.kind.in_([kind_of(one) for one in _OF_PERSON]),
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
