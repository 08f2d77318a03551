"""Which steps there are: each room names its own, and says how it is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from courses.confirming.models import Confirmation

Taken = Callable[[Session, Confirmation], None]
T = TypeVar("T", bound=Taken)

_STEPS: dict[str, Taken] = {}


def step(kind: str) -> Callable[[T], T]:
    """`@step("reopening")`: how a step of this kind is taken. It raises `Refused` when it is not possible any more."""

    def named(taken: T) -> T:
        _STEPS[kind] = taken
        return taken

    return named


def take(db: Session, confirmation: Confirmation) -> None:
    """Take the step, in the caller's transaction and in the name of whoever asked for it."""
    _STEPS[confirmation.kind](db, confirmation)


def kinds() -> frozenset[str]:
    """Every kind that has a name."""
    return frozenset(_STEPS)
