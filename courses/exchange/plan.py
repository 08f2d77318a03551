"""What a file would do: rows held against what is stored, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from courses.db import Base
from courses.events.actions import record_all
from courses.events.facts import Changed
from courses.exchange.reading import BadRow, Row
from courses.text import Text, text


@dataclass(frozen=True, slots=True)
class Options:
    """What a person adds to a file: the `year` of evidence, the `effective` day of a staff file (None: today), the run
    of nominations.

    `complete` says that every row could be read, so that what is missing from the file is really missing.
    """

    year: int | None = None
    effective: date | None = None
    complete: bool = True
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changes, by the name of its column."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that is added, changed or gone; `row` is its row of the file (0: it is in none)."""

    row: int
    key: str
    name: str
    differences: tuple[Difference, ...] = ()


def write_nothing(db: Session, actor_id: int | None, retire: bool) -> None:
    """The `write` of a plan without changes."""


@dataclass
class Plan:
    """What would happen. `bad` rows are left out of everything else.

    `write(db, actor_id, retire)` does it, as one of the caller's transaction; with `retire` those who are `gone` are
    deactivated too.
    """

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    write: Callable[[Session, int | None, bool], None] = write_nothing

    def reject(self, row: Row, field_name: str, reason: Text, remedy: Text) -> None:
        """Leave a row out, and say why and what to do."""
        value = row.values.get(field_name)
        self.bad.append(BadRow(row.number, field_name, "" if value is None else str(value), reason, remedy))

    def note(self, entry: Entry, *, is_new: bool) -> None:
        """Count a row: as added, as changed, or (without differences) as left alone."""
        if is_new:
            self.added.append(entry)
        elif entry.differences:
            self.changed.append(entry)
        else:
            self.same += 1


def singles(plan: Plan, rows: Iterable[Row], *key: str) -> Iterator[Row]:
    """The rows whose key stands in no other row of the file; the others are rejected, each naming another one."""
    rows = list(rows)
    places: dict[tuple[object, ...], list[int]] = {}
    for row in rows:
        places.setdefault(key_of(row, key), []).append(row.number)
    for row in rows:
        others = [number for number in places[key_of(row, key)] if number != row.number]
        if not others:
            yield row
            continue
        plan.reject(
            row,
            key[0],
            text("The same key stands in row %(row)s as well.", row=others[0]),
            text("Keep one of the rows and delete the others."),
        )


def key_of(row: Row, key: Iterable[str]) -> tuple[object, ...]:
    """The values of a row that make it the one it is."""
    return tuple(row.values.get(name) for name in key)


def differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields of `wanted` that are stored otherwise."""
    return tuple(Difference(name, stored[name], value) for name, value in wanted.items() if stored[name] != value)


def missing_from_file(plan: Plan, stored: Collection[object], rows: Collection[Row]) -> None:
    """Say how many stored records the file does not name; nothing happens to them."""
    count = len(stored) - plan.same - len(plan.changed)
    if count > 0 and rows:
        plan.notes.append(text("%(count)s records here are not in the file; they stay as they are.", count=count))


class Merge:
    """Wanted records of one table held against the stored ones, then written.

    `stored` has the key's records with their `id` and their fields as the file names them; `columns` turns such
    fields into those of the table.
    """

    def __init__(self, plan: Plan, thing: str, stored: Mapping[Any, Mapping[str, Any]]) -> None:
        self.plan = plan
        self.thing = thing
        self.stored = stored
        self.new: list[dict[str, Any]] = []
        self.edited: list[tuple[int, tuple[Difference, ...]]] = []

    def take(self, row: Row, key: Any, shown: str, name: str, wanted: dict[str, Any]) -> None:
        """Sort one good row in."""
        known = self.stored.get(key)
        changes = differences(known, wanted) if known else ()
        self.plan.note(Entry(row.number, shown, name, changes), is_new=known is None)
        if known is None:
            self.new.append(wanted)
        elif changes:
            self.edited.append((known["id"], changes))

    def write(
        self,
        db: Session,
        actor_id: int | None,
        model: type[Base],
        columns: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    ) -> None:
        """Insert what is new, update what differs, and record each change."""
        if self.new:
            db.connection().execute(insert(model), [columns(values) for values in self.new])
        for identity, changes in self.edited:
            if values := columns({change.field: change.after for change in changes}):
                db.execute(update(model).where(model.__table__.c.id == identity).values(values))
        record_all(db, actor_id, [changed(self.thing, identity, changes) for identity, changes in self.edited])


def changed(thing: str, identity: int, changes: Iterable[Difference], person_id: int | None = None) -> Changed:
    """The fact of a changed record."""
    before = {change.field: plain(change.before) for change in changes}
    after = {change.field: plain(change.after) for change in changes}
    return Changed(thing, identity, before, after, person_id=person_id)


def plain(value: object) -> object:
    """A value as an event keeps it."""
    if isinstance(value, Text):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
