"""The order that a form's number fields say, and what its up and down buttons make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOVE = "move"
"""The name of the buttons; their values are `7-up` and `7-down`, of the enrolment with the id 7."""

_MOST = 9999


class BadNumber(ValueError):
    """What was typed is no place in an order."""


def read(form: Mapping[str, str], shown: Sequence[int]) -> list[int]:
    """The ids in the order of their numbers, equal ones as they were shown; without a number: left out.

    Raises `BadNumber` with what was typed instead of one.
    """
    numbers = {id_: _number(form.get(f"rank-{id_}", "").strip()) for id_ in shown}
    numbered = [(number, place, id_) for place, (id_, number) in enumerate(numbers.items()) if number is not None]
    return _moved([id_ for _, _, id_ in sorted(numbered)], form.get(MOVE, ""))


def _moved(ids: list[int], button: str) -> list[int]:
    chosen, _, direction = button.partition("-")
    if not (chosen.isascii() and chosen.isdigit() and int(chosen[:19]) in ids):
        return ids
    at = ids.index(int(chosen[:19]))
    to = at - 1 if direction == "up" else at + 1
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]
    return ids


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4 and 0 < int(typed) <= _MOST):
        raise BadNumber(typed)
    return int(typed)
