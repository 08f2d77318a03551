"""Which steps there are: each room names its own, and says how it is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from courses.confirming.models import Confirmation

Taken = Callable[[Session, Confirmation, str | None], None]
"""Takes the step; the last one says what a second person has looked at (None: nothing that could differ)."""
T = TypeVar("T", bound=Taken)

_STEPS: dict[str, Taken] = {}


def step(kind: str) -> Callable[[T], T]:
    """`@step("reopening")`: how a step of this kind is taken. It raises `Refused` when it is not possible any more.

    Or when it would not do what was looked at: what was `seen` differs from what stands, or from what was asked for.
    """

    def named(taken: T) -> T:
        _STEPS[kind] = taken
        return taken

    return named


def take(db: Session, confirmation: Confirmation, seen: str | None = None) -> None:
    """Take the step, in the caller's transaction and in the name of whoever asked for it."""
    _STEPS[confirmation.kind](db, confirmation, seen)


def kinds() -> frozenset[str]:
    """Every kind that has a name."""
    return frozenset(_STEPS)
