"""The published document of a draw, and its proof. Pure: anyone can run `verify` again, without a database.

The document is a JSON array with one object a line: `about` (the run), `announced`, an `entrant` a line, `drawn`, a
`lot` a line, `end`. Each line carries its own check value, so that a change is found where it was made. The order
follows from

    list_sha256 = SHA-256 of the entrants' check values, one a line
    seed        = SHA-256 of "secret list_sha256"
    draw        = SHA-256 of "seed entry"; the smallest one is the first lot.

`commitment` is the SHA-256 of `secret`, announced before anybody applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from courses.text import Text, text

SEAT, WAITING, OUT = "seat", "waiting", "out"
"""What a lot came to: a seat, a place in the queue, or nothing (no longer applying when it was drawn)."""


class Entrant(NamedTuple):
    """An application in the closed list. `who`: its employee number, masked so that its owner knows it again."""

    entry: int
    who: str


class Lot(NamedTuple):
    """What an application drew. `why` there is no seat though one was free: a code ('' where none was left)."""

    entry: int
    place: str
    why: str = ""


class Held(NamedTuple):
    """All that was there when a draw was held; `seats` were free. `entrants` by entry, `lots` in their order."""

    run_id: int
    title: str
    seats: int
    announced_at: datetime
    secret: str
    drawn_at: datetime
    entrants: Sequence[Entrant]
    lots: Sequence[Lot]


class Fault(NamedTuple):
    """A line of a document (1 the first) and what is wrong with it."""

    line: int
    message: Text


def hashed(content: str) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def masked(employee_no: str | None) -> str:
    """'2004123456' → '***456'."""
    return "***" + (employee_no or "")[-3:]


def list_hash(entrants: Iterable[Entrant]) -> str:
    """The hash of the closed list."""
    return hashed("\n".join(_entrant(one)["check"] for one in entrants))


def seed_of(secret: str, list_sha256: str) -> str:
    """The seed that nobody could choose: the one part was fixed before the other was known."""
    return hashed(f"{secret} {list_sha256}")


def drawn(entrants: Iterable[Entrant], seed: str) -> list[int]:
    """The entries in the order of their lots."""
    return sorted((one.entry for one in entrants), key=lambda entry: _draw(seed, entry))


def document(held: Held) -> str:
    """The draw, to be published."""
    list_sha256 = list_hash(held.entrants)
    seed = seed_of(held.secret, list_sha256)
    lines = [
        _checked(what="about", run=held.run_id, title=held.title, seats=held.seats, entrants=len(held.entrants)),
        _checked(what="announced", at=held.announced_at.isoformat(), commitment=hashed(held.secret)),
        *map(_entrant, held.entrants),
        _checked(what="drawn", at=held.drawn_at.isoformat(), list_sha256=list_sha256, secret=held.secret, seed=seed),
    ]
    who = dict(held.entrants)
    for number, one in enumerate(held.lots, 1):
        drew = {"lot": number, "entry": one.entry, "who": who[one.entry], "draw": _draw(seed, one.entry)}
        lines.append(_checked(what="lot", **drew, place=one.place, why=one.why))
    return _written([*lines, _end(lines)])


def size(content: str) -> int:
    """How many entrants a document has."""
    return int(json.loads(content.split("\n", 2)[1].removesuffix(","))["entrants"])


def lots_in(content: str, first: int, count: int) -> list[dict[str, Any]]:
    """So many lines of a document's lots, from the lot `first` on: lot, entry, who, draw, place, why."""
    lines = content.split("\n")
    at = 3 + size(content) + first
    return [json.loads(line.removesuffix(",")) for line in lines[at : min(at + count, len(lines) - 3)]]


def verify(content: bytes) -> list[Fault]:
    """Run a draw again and say which lines are wrong; none: all of it is true."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        return [Fault(content[: error.start].count(b"\n") + 1, text("This is no text"))]
    found = [_read(line) for line in lines[1:-2]]
    faults = [Fault(number, _UNREADABLE) for number, one in enumerate(found, 2) if one is None]
    if faults:
        return faults
    rows = [one for one in found if one is not None]
    faults = [Fault(number, text("This line was changed")) for number, one in enumerate(rows, 2) if not _is_whole(one)]
    faults += _as_written(lines, rows)
    return faults or _shape(rows) or _proof(rows)


_UNREADABLE = text("This line cannot be read")
_FIELDS: dict[str, dict[str, type]] = {
    "about": {"run": int, "title": str, "seats": int, "entrants": int},
    "announced": {"at": str, "commitment": str},
    "entrant": {"entry": int, "who": str},
    "drawn": {"at": str, "list_sha256": str, "secret": str, "seed": str},
    "lot": {"lot": int, "entry": int, "who": str, "draw": str, "place": str, "why": str},
    "end": {},
}


def _draw(seed: str, entry: int) -> str:
    return hashed(f"{seed} {entry}")


def _entrant(one: Entrant) -> dict[str, Any]:
    return _checked(what="entrant", entry=one.entry, who=one.who)


def _checked(**values: Any) -> dict[str, Any]:
    return {**values, "check": hashed(_plain(values))[:32]}


def _end(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"what": "end", "check": hashed("\n".join(one["check"] for one in lines))}


def _plain(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _written(rows: Iterable[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(_plain, rows)) + "\n]\n"


def _read(line: str) -> dict[str, Any] | None:
    """A line as an object with the fields of its kind, or None."""
    try:
        row = json.loads(line.removesuffix(","))
        _plain(row).encode()  # half a character would end in an error further down
    except (ValueError, RecursionError):
        return None
    fields = _FIELDS.get(str(row.get("what"))) if isinstance(row, dict) else None
    if fields is None or not isinstance(row.get("check"), str):
        return None
    return row if all(type(row.get(name)) is kind for name, kind in fields.items()) else None


def _is_whole(row: dict[str, Any]) -> bool:
    return row["what"] == "end" or row == _checked(**{name: row[name] for name in row if name != "check"})


def _as_written(lines: list[str], rows: list[dict[str, Any]]) -> list[Fault]:
    """Every character is where the document has it: spaces, commas and brackets too."""
    expected = _written(rows).split("\n")
    pairs = enumerate(zip(lines, expected, strict=False), 1)
    faults = [Fault(number, text("This line is not written as it was")) for number, (is_, was) in pairs if is_ != was]
    if not faults and len(lines) != len(expected):
        faults.append(Fault(min(len(lines), len(expected)), text("Something is missing or too much here")))
    return faults


def _shape(rows: list[dict[str, Any]]) -> list[Fault]:
    """The lines come in their order, as many as the first one says, and end with what all of them come to."""
    count = min(rows[0]["entrants"], len(rows)) if rows and rows[0]["what"] == "about" else 0
    kinds = ["about", "announced", *["entrant"] * count, "drawn", *["lot"] * count, "end"]
    is_ = [row["what"] for row in rows]
    for number, (kind, expected) in enumerate(zip(is_, kinds, strict=False), 2):
        if kind != expected:
            return [Fault(number, text("Something is missing or too much here"))]
    if len(is_) != len(kinds):
        return [Fault(min(len(is_), len(kinds)) + 2, text("Something is missing or too much here"))]
    return (
        [] if rows[-1] == _end(rows[:-1]) else [Fault(len(rows) + 1, text("The lines above are not those of the draw"))]
    )


def _proof(rows: list[dict[str, Any]]) -> list[Fault]:
    """The draw itself, once more."""
    count = rows[0]["entrants"]
    entrants = [Entrant(row["entry"], row["who"]) for row in rows[2 : 2 + count]]
    held = rows[2 + count]
    at = 4 + count  # the line of `held`: one for the bracket, one more since lines count from 1
    faults = []
    if hashed(held["secret"]) != rows[1]["commitment"]:
        faults.append(Fault(3, text("The secret on line %(n)s is not the one that was announced", n=at)))
    if [one.entry for one in entrants] != sorted({one.entry for one in entrants}):
        faults.append(Fault(4, text("The entrants are not in order, or one of them stands here twice")))
    if list_hash(entrants) != held["list_sha256"]:
        faults.append(Fault(at, text("The hash of the list is another one")))
    if seed_of(held["secret"], held["list_sha256"]) != held["seed"]:
        faults.append(Fault(at, text("The seed does not follow from the secret and the list")))
    return faults or _lots(rows, entrants, at)


def _lots(rows: list[dict[str, Any]], entrants: list[Entrant], at: int) -> list[Fault]:
    seed, lots = rows[at - 2]["seed"], rows[at - 1 : -1]
    who, faults = dict(entrants), []
    for number, (lot, entry) in enumerate(zip(lots, drawn(entrants, seed), strict=True), 1):
        true = {"lot": number, "entry": entry, "who": who[entry], "draw": _draw(seed, entry)}
        if any(lot[name] != value for name, value in true.items()):
            faults.append(Fault(at + number, text("Lot %(n)s is that of entry %(entry)s", n=number, entry=entry)))
        elif lot["place"] not in (SEAT, WAITING, OUT) or (lot["place"] == SEAT and lot["why"]):
            faults.append(Fault(at + number, text("Nobody knows this result")))
    return faults or _seats(lots, rows[0]["seats"], at + 1)


def _seats(lots: list[dict[str, Any]], seats: int, first: int) -> list[Fault]:
    """Seats go down the lots: whoever is passed over while one is free says why."""
    faults = []
    for line, lot in enumerate(lots, first):
        if lot["place"] == SEAT and seats == 0:
            faults.append(Fault(line, text("There were not so many seats")))
        if lot["place"] != SEAT and seats > 0 and not lot["why"]:
            faults.append(Fault(line, text("A seat was free for this lot")))
        seats -= lot["place"] == SEAT and seats > 0
    return faults
