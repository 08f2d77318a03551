"""Lines of a form added, removed and put in order without JavaScript: a button sends the form, which comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

ADD, REMOVE, UP = "add-row", "remove-row", "up-row"
"""The names of the buttons; the value of the last two is the number of their line, from 0."""

_MOST = 200
"""No form has as many lines; whatever number is sent, no more are made."""


def is_rearranged(form: Mapping[str, str]) -> bool:
    """Whether one of the buttons sent the form."""
    return not {ADD, REMOVE, UP}.isdisjoint(form)


def rearranged(form: MultiDict[str, str], rows: str) -> MultiDict[str, str]:
    """The form with its lines (fields named `rows-0-title` …) as the button wants them."""
    pattern = re.compile(rf"{rows}-([0-9]{{1,3}})-(\w+)")
    lines: dict[int, dict[str, str]] = {}
    kept: MultiDict[str, str] = MultiDict()
    for name, value in form.items(multi=True):
        if match := pattern.fullmatch(name):
            lines.setdefault(int(match[1]), {})[match[2]] = value
        else:
            kept.add(name, value)
    ordered = _ordered([lines[number] for number in sorted(lines)][:_MOST], form)
    for number, line in enumerate(ordered):
        for field, value in (line or {"title": ""}).items():
            kept.add(f"{rows}-{number}-{field}", value)
    return kept


def _ordered(lines: list[dict[str, str]], form: Mapping[str, str]) -> list[dict[str, str]]:
    remove, up = _number(form.get(REMOVE)), _number(form.get(UP))
    if 0 <= remove < len(lines):
        del lines[remove]
    if 0 < up < len(lines):
        lines[up - 1], lines[up] = lines[up], lines[up - 1]
    return [*lines, {}] if ADD in form or not lines else lines


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 4 else -1
