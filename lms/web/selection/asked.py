"""Quotas as an address or a form has them: `floor-7` and `cap-7` for the unit with the id 7."""

from __future__ import annotations

import re
from collections.abc import Mapping

from courses.enrolment.allotment import Quotas

_FIELD = re.compile(r"(floor|cap)-([0-9]{1,18})")
_MOST = 9999


class BadNumber(ValueError):
    """What was typed is no number of seats."""


def quotas_asked(values: Mapping[str, str]) -> Quotas | None:
    """Floor and cap by unit; without a number no floor, or no cap; a unit with neither has no quota. None: not asked.

    Raises `BadNumber` with what was typed instead of one.
    """
    typed: dict[int, dict[str, int | None]] = {}
    for name, value in values.items():
        if field := _FIELD.fullmatch(name):
            typed.setdefault(int(field[2]), {})[field[1]] = _number(value.strip())
    if not typed:
        return None
    pairs = {unit_id: (numbers.get("floor"), numbers.get("cap")) for unit_id, numbers in typed.items()}
    return {unit_id: (floor or 0, cap) for unit_id, (floor, cap) in pairs.items() if floor or cap is not None}


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4 and int(typed) <= _MOST):
        raise BadNumber(typed)
    return int(typed)
