"""What is known of one person in one run: the only thing, beside the policy, that a verdict is made from.

Time is in credited minutes (50 minutes of class credit 60), progress in hundredths of a percent, points are
× 100. None always means "not known yet", never "nothing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

ABSENT, EXCUSED = "absent", "excused"
LATENESS = frozenset({"late", "left_early", "stepped_out"})
FULL = 10_000
"""100 percent in hundredths, 100 points in points × 100."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session as one person attended it; `mark` is a mark of the attendance room, None while unmarked."""

    scheduled: int
    attended: int
    mark: str | None

    def __post_init__(self) -> None:
        if not 0 <= self.attended <= self.scheduled:
            raise ValueError(f"attended {self.attended} of {self.scheduled} minutes")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the score: weight in percent, the least it may be (None: anything), what was reached."""

    name: str
    weight: int
    minimum: int | None
    points: int | None

    def __post_init__(self) -> None:
        if self.points is not None and not 0 <= self.points <= FULL:
            raise ValueError(f"{self.points / 100} points of 100")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One cyber lesson as one person learnt it: `minutes` weigh it; `progress` is None while it was never opened."""

    title: str
    minutes: int
    progress: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Either `sessions` in time order, or the totals `scheduled`, `attended`, `excused` of an import.

    `progress` is that of the `lessons`, where the course has them, else that of an import. `skills` stand on the
    course's checklist (0: it has none); the `unsigned` of them are named.
    """

    kind: str
    scored: bool
    sessions: tuple[Session, ...] = ()
    scheduled: int | None = None
    attended: int | None = None
    excused: int = 0
    progress: int | None = None
    components: tuple[Component, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    skills: int = 0
    unsigned: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.sessions and (self.scheduled is not None or self.attended is not None or self.excused):
            raise ValueError("facts come from sessions or from totals, never from both")

    @classmethod
    def imported(
        cls,
        kind: str,
        *,
        scored: bool,
        scheduled: int | None = None,
        attended: int | None = None,
        progress: int | None = None,
        score: int | None = None,
    ) -> Facts:
        """The facts of an imported result; its score is one component of weight 100."""
        components = (Component("", 100, None, score),) if scored else ()
        return cls(kind, scored, scheduled=scheduled, attended=attended, progress=progress, components=components)

    def to_json(self) -> dict[str, Any]:
        """A form that can be stored. (Not `asdict`: it copies every number by itself, which large runs feel.)"""
        stored = {name: getattr(self, name) for name in _FIELDS}
        return stored | {name: tuple(map(_plain, stored[name])) for name in _MANY}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """The facts stored by `to_json`."""
        sessions = tuple(Session(**session) for session in data["sessions"])
        components = tuple(Component(**component) for component in data["components"])
        lessons = tuple(Lesson(**lesson) for lesson in data.get("lessons", ()))
        named = {"sessions": sessions, "components": components, "lessons": lessons}
        return cls(**{**data, **named, "unsigned": tuple(data.get("unsigned", ()))})

    @property
    def never_came(self) -> bool:
        """Recorded as absent throughout: no minute, no excuse, no lesson opened and no points."""
        traces = [session.mark != ABSENT or session.attended > 0 for session in self.sessions]
        traces += [value > 0 for value in (self.attended, self.progress) if value is not None]
        traces += [lesson.progress is not None for lesson in self.lessons]
        scored = any(component.points for component in self.components)
        return bool(traces) and not (any(traces) or self.excused or scored)


def _plain(one: Session | Component | Lesson) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


_FIELDS = tuple(field.name for field in fields(Facts))
_MANY = ("sessions", "components", "lessons")
_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in (Session, Component, Lesson)}
