"""What a row of the HR directory does to persons, postings, leaves and to the roles that follow from a posting."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.db import Base
from courses.errors import Refused
from courses.events.actions import record_all
from courses.events.facts import Changed, Fact, RoleGranted, RoleTaken
from courses.people.actions import require_administrator_beside
from courses.people.models import INITIALS, Leave, LeaveKind, OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.words import ROLE_NAMES
from courses.text import Text, initials, text

HEAD_POSTS = frozenset({"단장", "국장", "기관장", "담당관", "소장", "과장", "팀장"})
"""Whoever holds one of these posts heads the unit."""
CLERK_DUTY = "서무"
"""Whoever has this duty is the clerk of the division."""
DIVISION_DEPTH = 2
HR = "hr"

POSTING = ("unit_id", "service", "series", "grade", "post", "duty")
Change = tuple[str, object, object]
"""A field with its value before and after; `unit`, `state`, `role` and `left_on` beside the fields of a record."""
Grant = tuple[Role, int]


@dataclass(frozen=True, slots=True)
class Record:
    """One row: `person` and `posting` hold the fields the directory has, `state` the leave (None: at work).

    Without `knows_state` the directory says nothing about leave.
    """

    employee_no: str
    person: Mapping[str, Any]
    posting: Mapping[str, Any]
    state: LeaveKind | None = None
    knows_state: bool = False


@dataclass
class _Known:
    """What is stored of a person: the row, the latest posting, the leave that is not over, the roles by grant."""

    person: Any
    posting: Any = None
    leave: Any = None
    hr: dict[Grant, int] = field(default_factory=dict)
    manual: set[Grant] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Unit:
    path: str
    division: int
    closed_on: date | None


class Directory:
    """The staff as stored, and everything that the rows taken so far change as of `day`.

    A first posting counts from the day of appointment. When anything of a posting changes later, the old one ends on
    the day before `day` and a new one starts. Nothing is written before `write`. `only`: the employee numbers that are
    concerned; None: everybody's.
    """

    def __init__(self, db: Session, day: date, only: Collection[str] | None = None) -> None:
        self.day = day
        self.known = _load(db, day, only)
        self._units = _units(db)
        self._joining: list[tuple[Record, set[Grant]]] = []
        self._writes = _Writes()
        self._facts: list[Fact] = []

    def closed(self, unit_id: int) -> date | None:
        """Since when a unit is closed, if it is on `day`."""
        closed_on = self._units[unit_id].closed_on
        return closed_on if closed_on and closed_on <= self.day else None

    def problem(self, record: Record) -> Text | None:
        """Why the row cannot count from `day` on."""
        known = self.known.get(record.employee_no)
        if known is None:
            return None
        posting, leave = known.posting, known.leave
        if posting and _posting_differs(known, record, self.day) and self.day < posting.from_on <= clock.today():
            return text("A later posting, since %(day)s, is known already.", day=posting.from_on)
        if leave and _leave_differs(known, record) and self.day < leave.from_on <= clock.today():
            return text("A later leave, since %(day)s, is known already.", day=leave.from_on)
        return None

    def take(self, record: Record) -> list[Change] | None:
        """Note what the row changes; None when the person is new."""
        known = self.known.get(record.employee_no)
        if known is None:
            posting = record.posting
            self._joining.append((record, self._roles(posting["unit_id"], posting.get("post"), posting.get("duty"))))
            return None
        changes = [*self._person(known, record), *self._posting(known, record), *self._leave(known, record)]
        self._record(known.person.id, changes)
        return [*changes, *self._grants(known, record)]

    def gone(self, seen: Collection[str]) -> list[tuple[str, str, str]]:
        """Number, name and unit of everybody at work here whom the directory does not name.

        Who has no posting (an administrator added by hand) never was in a directory.
        """
        return [
            (number, known.person.name, self._units[known.posting.unit_id].path)
            for number, known in self.known.items()
            if number not in seen and known.posting and not known.person.left_on
        ]

    def write(self, db: Session, actor_id: int | None, retire: Iterable[str] = ()) -> None:
        """Write everything noted; `retire` are the numbers of those who no longer take part from `day` on.

        Raises `Refused` when the acting person is among them, or all administrators are.
        """
        going = [self.known[number] for number in retire]
        if any(known.person.id == actor_id for known in going):
            raise Refused(text("You are not in the file yourself, and nobody can deactivate themselves."))
        require_administrator_beside(db, {known.person.id for known in going})
        for known in going:
            self._retire(known)
        self._join(db)
        self._writes.run(db)
        record_all(db, actor_id, self._facts)

    def _record(self, person_id: int, changes: Iterable[Change]) -> None:
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for name, old, new in changes:
            before[name], after[name] = _json(old), _json(new)
        if after:
            self._facts.append(Changed("person", person_id, before, after, person_id=person_id))

    def _person(self, known: _Known, record: Record) -> Iterator[Change]:
        stored = known.person
        values = {name: value for name, value in record.person.items() if getattr(stored, name) != value}
        yield from ((name, getattr(stored, name), value) for name, value in values.items())
        if known.posting and (start := _start(known, record)) != known.posting.from_on:
            self._writes.change(Posting, known.posting.id, from_on=start)
        if "name" in values:
            values["initials"] = initials(values["name"])[:INITIALS]
        if stored.left_on:
            values["left_on"] = None
            yield "left_on", stored.left_on, None
        if values:
            self._writes.change(Person, stored.id, **values)

    def _posting(self, known: _Known, record: Record) -> Iterator[Change]:
        if not _posting_differs(known, record, self.day):
            return
        old = known.posting
        new = _posting(old, record)
        for name in POSTING:
            before = getattr(old, name) if old else None
            if name == "unit_id" and before != new[name]:
                yield "unit", self._units[before].path if before else None, self._units[new[name]].path
            elif before != new[name]:
                yield name, before, new[name]
        if old and _start(known, record) >= self.day:
            self._writes.change(Posting, old.id, **new, until_on=None)
            return
        if old and (old.until_on is None or old.until_on >= self.day):
            self._writes.change(Posting, old.id, until_on=self.day - timedelta(days=1))
        self._writes.add(Posting, person_id=known.person.id, from_on=self.day, **new)

    def _leave(self, known: _Known, record: Record) -> Iterator[Change]:
        if not _leave_differs(known, record):
            return
        yield "state", known.leave.kind if known.leave else None, record.state
        self._end_leave(known)
        if record.state:
            self._writes.add(Leave, person_id=known.person.id, kind=record.state, from_on=self.day)

    def _end_leave(self, known: _Known) -> None:
        if known.leave and known.leave.from_on >= self.day:
            self._writes.drop(Leave, known.leave.id)
        elif known.leave:
            self._writes.change(Leave, known.leave.id, until_on=self.day - timedelta(days=1))

    def _grants(self, known: _Known, record: Record) -> Iterator[Change]:
        """The roles that follow from the posting; those given by hand are left alone."""
        posting = _posting(known.posting, record)
        wanted = self._roles(posting["unit_id"], posting["post"], posting["duty"])
        held = set(known.hr)
        gains, losses = wanted - held - known.manual, held - wanted
        if not (gains or losses):
            return
        yield "role", self._role_names(held), self._role_names((held | gains) - losses)
        for grant in sorted(gains):
            self._grant(known.person.id, grant)
        for grant in sorted(losses):
            self._ungrant(known, grant)

    def _roles(self, unit_id: int, post: str | None, duty: str | None) -> set[Grant]:
        head = {(Role.HEAD, unit_id)} if post in HEAD_POSTS else set()
        clerk = {(Role.CLERK, self._units[unit_id].division)} if duty == CLERK_DUTY else set()
        return head | clerk

    def _role_names(self, grants: Iterable[Grant]) -> tuple[Text, ...]:
        return tuple(
            text("%(role)s of %(unit)s", role=ROLE_NAMES[role], unit=self._units[unit_id].path)
            for role, unit_id in sorted(grants)
        )

    def _grant(self, person_id: int, grant: Grant) -> None:
        role, unit_id = grant
        self._writes.add(RoleGrant, person_id=person_id, role=role, unit_id=unit_id, origin=HR, granted_at=clock.now())
        self._facts.append(RoleGranted(person_id, role, unit_id))

    def _ungrant(self, known: _Known, grant: Grant) -> None:
        self._writes.drop(RoleGrant, known.hr[grant])
        self._facts.append(RoleTaken(known.person.id, *grant))

    def _retire(self, known: _Known) -> None:
        """The person takes part no longer; what was learned here stays."""
        person, posting = known.person, known.posting
        self._writes.change(Person, person.id, left_on=self.day, session_key=secrets.token_hex(8))
        self._record(person.id, [("left_on", None, self.day)])
        if posting and (posting.until_on is None or posting.until_on >= self.day):
            last = max(self.day - timedelta(days=1), posting.from_on)
            self._writes.change(Posting, posting.id, until_on=last)
        self._end_leave(known)
        for grant in sorted(known.hr):
            self._ungrant(known, grant)

    def _join(self, db: Session) -> None:
        """Insert the new persons at once, then what hangs on their ids. Nobody gets a password."""
        if not self._joining:
            return
        defaults = {"name_roman": "", "mail": None, "appointed_on": None}
        people = [
            {
                **defaults,
                **record.person,
                "employee_no": record.employee_no,
                "initials": initials(record.person["name"])[:INITIALS],
                "session_key": secrets.token_hex(8),
            }
            for record, _ in self._joining
        ]
        db.connection().execute(insert(Person), people)
        staff = select(Person.employee_no, Person.id).where(_named([record.employee_no for record, _ in self._joining]))
        ids = {person.employee_no: person.id for person in db.execute(staff)}
        for record, grants in self._joining:
            self._settle_in(ids[record.employee_no], record, grants)

    def _settle_in(self, person_id: int, record: Record, grants: set[Grant]) -> None:
        first = record.person.get("appointed_on") or self.day
        self._writes.add(Posting, person_id=person_id, from_on=first, **_posting(None, record))
        if record.state:
            self._writes.add(Leave, person_id=person_id, kind=record.state, from_on=max(self.day, first))
        for grant in sorted(grants):
            self._grant(person_id, grant)


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _posting_differs(known: _Known, record: Record, day: date) -> bool:
    old = known.posting
    if old is None or (old.until_on is not None and old.until_on < day):
        return True
    return any(getattr(old, name) != value for name, value in record.posting.items())


def _start(known: _Known, record: Record) -> date:
    """The first day of the latest posting; a first posting follows the day of appointment when that is corrected."""
    posting, appointed = known.posting, known.person.appointed_on
    is_first = posting.from_on == appointed and posting.until_on is None
    start: date = record.person.get("appointed_on", appointed) if is_first else posting.from_on
    return start


def _leave_differs(known: _Known, record: Record) -> bool:
    return record.knows_state and record.state != (known.leave.kind if known.leave else None)


def _posting(old: Any, record: Record) -> dict[str, Any]:
    """The fields of a posting: those of the directory, the others as they were."""
    return {name: record.posting.get(name, getattr(old, name, "")) for name in POSTING}


class _Writes:
    """Statements collected, so that thousands of rows are a handful of them."""

    def __init__(self) -> None:
        self._new: dict[type[Base], list[dict[str, Any]]] = {}
        self._edited: dict[tuple[type[Base], int], dict[str, Any]] = {}
        self._dropped: dict[type[Base], list[int]] = {}

    def add(self, model: type[Base], **values: Any) -> None:
        self._new.setdefault(model, []).append(values)

    def change(self, model: type[Base], identity: int, **values: Any) -> None:
        self._edited.setdefault((model, identity), {"id": identity}).update(values)

    def drop(self, model: type[Base], identity: int) -> None:
        self._dropped.setdefault(model, []).append(identity)

    def run(self, db: Session) -> None:
        """Old rows make room before new ones come."""
        for model, identities in self._dropped.items():
            db.execute(delete(model).where(model.__table__.c.id.in_(identities)))
        alike: dict[tuple[type[Base], tuple[str, ...]], list[dict[str, Any]]] = {}
        for (model, _), values in self._edited.items():
            alike.setdefault((model, tuple(sorted(values))), []).append(values)
        for (model, _), rows in alike.items():
            db.execute(update(model), rows)
        for model, rows in self._new.items():
            db.connection().execute(insert(model), rows)


_FEW = 100


def _named(numbers: Collection[str] | None) -> ColumnElement[bool]:
    """SQL: the staff with these employee numbers; of many everybody, which is one statement all the same."""
    few = numbers is not None and len(numbers) <= _FEW
    return Person.employee_no.in_(numbers or ()) if few else Person.employee_no.is_not(None)


def _load(db: Session, day: date, only: Collection[str] | None) -> dict[str, _Known]:
    """Everybody with an employee number, or those with one of `only`."""
    columns = (
        Person.id,
        Person.employee_no,
        Person.name,
        Person.name_roman,
        Person.mail,
        Person.appointed_on,
        Person.left_on,
    )
    staff = db.execute(select(*columns).where(_named(only))).all()
    known = {person.id: _Known(person) for person in staff}
    few = len(staff) <= _FEW
    fields = [getattr(Posting, name) for name in POSTING]
    postings = select(Posting.id, Posting.person_id, Posting.from_on, Posting.until_on, *fields)
    if few:
        postings = postings.where(Posting.person_id.in_(known))
    for posting in db.execute(postings.order_by(Posting.from_on, Posting.id)):
        if posting.person_id in known:
            known[posting.person_id].posting = posting
    leaves = select(Leave.id, Leave.person_id, Leave.kind, Leave.from_on)
    if few:
        leaves = leaves.where(Leave.person_id.in_(known))
    still = leaves.where((Leave.until_on.is_(None)) | (Leave.until_on >= day))
    for leave in db.execute(still.order_by(Leave.from_on, Leave.id)):
        if leave.person_id in known:
            known[leave.person_id].leave = leave
    _load_grants(db, known)
    return {person.person.employee_no: person for person in known.values()}


def _load_grants(db: Session, known: Mapping[int, _Known]) -> None:
    grants = select(RoleGrant.id, RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id, RoleGrant.origin)
    for grant in db.execute(grants.where(RoleGrant.unit_id.is_not(None))):
        if grant.person_id not in known:
            continue
        if grant.origin == HR:
            known[grant.person_id].hr[grant.role, grant.unit_id] = grant.id
        else:
            known[grant.person_id].manual.add((grant.role, grant.unit_id))


def _units(db: Session) -> dict[int, _Unit]:
    columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.path, OrgUnit.depth, OrgUnit.closed_on)
    units = {unit.id: unit for unit in db.execute(select(*columns))}

    def division(unit: Any) -> int:
        return division(units[unit.parent_id]) if unit.depth > DIVISION_DEPTH else int(unit.id)

    return {identity: _Unit(unit.path, division(unit), unit.closed_on) for identity, unit in units.items()}


def unit_ids(db: Session) -> dict[str, int]:
    """The id of every unit by its code."""
    return {unit.code: unit.id for unit in db.execute(select(OrgUnit.code, OrgUnit.id))}
