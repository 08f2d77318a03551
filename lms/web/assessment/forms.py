"""Scores as they are sent. A cell's key is 'part-enrolment': the part's position from 0, and the enrolment's id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from courses.assessment.models import ComponentKind
from courses.assessment.parts import NEW, Part
from courses.assessment.points import parse_points
from lms.web.answers import key as id_of

_KEY = re.compile(r"(\d{1,2})-(\d{1,18})", re.ASCII)
PARTS = 6
"""At most so many parts of a score."""


class Unreadable(ValueError):
    """What was sent is no table of scores."""


@dataclass
class Entries:
    """`points` by part and enrolment (hundredths, None clears); `wrong` what cannot be a score, by key."""

    points: dict[int, dict[int, int | None]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, value: str) -> None:
        """Take one cell in."""
        found = _KEY.fullmatch(key)
        if not found:
            raise Unreadable(f"{key!r} is no cell")
        try:
            self.points.setdefault(int(found[1]), {})[int(found[2])] = parse_points(value)
        except ValueError:
            self.wrong[key] = value


def from_json(data: object) -> Entries:
    """Read `{"scores": {"0-12": "85.5", "0-13": ""}}`. Raises `Unreadable`."""
    scores = data.get("scores") if isinstance(data, dict) else None
    if not isinstance(scores, dict) or not all(isinstance(value, str) for value in scores.values()):
        raise Unreadable("no table of scores")
    entries = Entries()
    for key, value in scores.items():
        entries.add(key, value)
    return entries


def from_form(form: Mapping[str, str]) -> Entries:
    """Read `points0-12` beside `was0-12`: only cells that differ from how they were shown. Raises `Unreadable`."""
    entries = Entries()
    for name, value in form.items():
        key = name.removeprefix("points")
        if key != name and value.strip() != form.get(f"was{key}", ""):
            entries.add(key, value)
    return entries


def parts_from_form(form: Mapping[str, str]) -> list[Part]:
    """Read `name0`, `kind0`, `weight0`, `minimum0`, `id0`, …: the named parts.

    Raises ValueError where a number or a kind is none.
    """
    return [_part(form, str(n)) for n in range(PARTS) if form.get(f"name{n}", "").strip()]


def _part(form: Mapping[str, str], n: str) -> Part:
    said = {name: form.get(name + n, "").strip() for name in ("name", "kind", "weight", "minimum", "id")}
    return Part(
        said["name"][:100],
        _weight(said["weight"]),
        parse_points(said["minimum"]),
        ComponentKind(said["kind"] or ComponentKind.EXAM),
        id_of(said["id"]) if said["id"] else NEW if any(name.startswith("id") for name in form) else None,
    )


def _weight(value: str) -> int:
    if not re.fullmatch(r"\d{1,3}", value, re.ASCII):
        raise ValueError(f"{value!r} is no weight")
    return int(value)
