"""What a session takes up, and whether that is to be had: rooms from the first to the last minute, people by period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from courses.scheduling.plan import SessionPlan

ROOM, INSTRUCTOR = "room", "instructor"


@dataclass(frozen=True, slots=True)
class Use:
    """A room or an instructor (`what`, `id`) in use for a time."""

    what: str
    id: int
    starts_at: datetime
    ends_at: datetime


AnyUse = TypeVar("AnyUse", bound=Use)


class Uses(Generic[AnyUse]):
    """Many uses, found by the room or person."""

    def __init__(self, uses: Iterable[AnyUse]) -> None:
        self._by_thing: dict[tuple[str, int], list[AnyUse]] = {}
        for use in uses:
            self._by_thing.setdefault((use.what, use.id), []).append(use)

    def met(self, wanted: Iterable[Use]) -> AnyUse | None:
        """The first one that is in the way of what is wanted."""
        return next((found for use in wanted for found in self._at(use)), None)

    def _at(self, use: Use) -> Iterator[AnyUse]:
        for one in self._by_thing.get((use.what, use.id), ()):
            if one.starts_at < use.ends_at and use.starts_at < one.ends_at:
                yield one


def uses_of(session: SessionPlan, instructor_ids: Collection[int]) -> Iterator[Use]:
    """What a session needs: its room from the first to the last minute, its instructors period by period."""
    if session.room_id:
        yield Use(ROOM, session.room_id, session.starts_at, session.ends_at)
    for period in session.periods:
        for person_id in [period.instructor_id] if period.instructor_id else instructor_ids:
            yield Use(INSTRUCTOR, person_id, period.starts_at, period.ends_at)
