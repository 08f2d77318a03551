"""The sheet as it is sent: as JSON by the script, as a plain form without it. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.minutes import LATENESS

_LONGEST_KEY = 18


class Unreadable(ValueError):
    """What was sent is no sheet."""


@dataclass(frozen=True)
class Sheet:
    """By enrolment id: marks to write, the whole sheet as the sender knew it in words, and how many seconds ago a mark
    was made (left out: just now).
    """

    marks: dict[int, MarkInput]
    seen: dict[int, str]
    ages: dict[int, float] = field(default_factory=dict)


def from_json(data: object) -> Sheet:
    """Read `{"marks": {"12": "late 20"}, "seen": {"12": "present", …}, "ages": {"12": 4}}`. Raises `Unreadable`."""
    if not isinstance(data, dict):
        raise Unreadable("no object")
    try:
        marks = {key: MarkInput.parse(words) for key, words in _by_enrolment(data.get("marks")).items()}
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return Sheet(marks, _by_enrolment(data.get("seen", {})), _ages(data.get("ages", {})))


def from_form(form: Mapping[str, str]) -> Sheet:
    """Read `was12` (none: unmarked), `mark12`, `minutes12`, `ground12`: only rows that differ from how they were shown.

    Otherwise everybody who sends the page would undo what others changed meanwhile. Raises `Unreadable`.
    """
    seen = _by_enrolment({key.removeprefix("was"): was for key, was in form.items() if key.startswith("was")})
    sent = _by_enrolment({key.removeprefix("mark"): mark for key, mark in form.items() if key.startswith("mark")})
    try:
        rows = {key: (MarkInput.parse(seen.get(key, "")), _row(form, key)) for key in sent}
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return Sheet({key: row for key, (was, row) in rows.items() if _differs(was, row)}, seen)


def _row(form: Mapping[str, str], key: int) -> MarkInput:
    row = MarkInput.parse(form.get(f"mark{key}", ""))
    if row == UNMARKED:
        return row
    detail = form.get(f"minutes{key}" if row.mark in LATENESS else f"ground{key}", "").strip()
    takes_detail = MarkInput.parse(str(row.mark)).completed(UNMARKED, usual=0, scheduled=0) != row
    return MarkInput.parse(f"{row.mark} {detail}") if detail and takes_detail else row


def _differs(was: MarkInput, row: MarkInput) -> bool:
    same_mark = was.mark is row.mark
    silent = row.minutes is None and row.ground is None and not row.times
    return row != UNMARKED and not (same_mark and (silent or was == row))


def _by_enrolment(values: object) -> dict[int, str]:
    if not isinstance(values, dict):
        raise Unreadable("no object")
    if not all(_is_key(key) and isinstance(value, str) for key, value in values.items()):
        raise Unreadable("not every value is words by an enrolment's number")
    return {int(key): value for key, value in values.items()}


def _ages(values: object) -> dict[int, float]:
    if not isinstance(values, dict):
        raise Unreadable("no object")
    if not all(_is_key(key) and type(value) in (int, float) and value >= 0 for key, value in values.items()):
        raise Unreadable("not every age is seconds by an enrolment's number")
    return {int(key): value for key, value in values.items()}


def _is_key(key: object) -> bool:
    return isinstance(key, str) and key.isascii() and key.isdigit() and len(key) <= _LONGEST_KEY
