"""What the demo's history is told with: the steps in their order, and who and what the runs draw from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import TypeVar

from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.scheduling.models import Room
from lms.demo.people import Cast

Step = Callable[[Session], None]
Bookable = TypeVar("Bookable", Room, Person)


@dataclass
class Timeline:
    """Steps with their moments; `play` does those that are due, the earliest first, each with the clock at its time."""

    steps: list[tuple[datetime, int, Step]] = field(default_factory=list)

    def at(self, moment: datetime, step: Step) -> None:
        """Let something happen at a moment."""
        self.steps.append((moment, len(self.steps), step))

    def play(self, db: Session) -> None:
        now = clock.now()
        for moment, _, step in sorted(self.steps, key=lambda entry: entry[:2]):
            if moment <= now:
                with clock.frozen(moment):
                    step(db)


@dataclass
class Stage:
    """What the runs draw from: the people with parts, applicants (apart: those of draws, and the employee's
    department), lecturers, rooms; and who is busy on which day.
    """

    people: Cast
    applicants: list[int]
    entrants: list[int]
    department: list[int]
    lecturers: list[Person]
    rooms: list[Room]
    verify_url: str
    now: datetime = field(default_factory=clock.now)
    busy: set[tuple[str, int, date]] = field(default_factory=set)

    @property
    def today(self) -> date:
        return clock.local(self.now).date()

    def room(self, seats: int, days: list[date], workplace: bool, rng: Random) -> Room:
        """One of the smallest rooms that hold them and are free on all days. Workplace courses need no computers."""
        fit = [room for room in self.rooms if room.seats >= seats and bool(room.computers) != workplace]
        rng.shuffle(fit)
        return self._free("room", sorted(fit, key=lambda room: room.seats), days)

    def lecturer(self, days: list[date], external: bool, rng: Random) -> Person:
        """Somebody of the kind who is free on all days."""
        fit = [person for person in self.lecturers if (person.employee_no is None) == external]
        rng.shuffle(fit)
        return self._free("person", fit, days)

    def _free(self, kind: str, things: list[Bookable], days: list[date]) -> Bookable:
        found = next(thing for thing in things if not self.busy & {(kind, thing.id, day) for day in days})
        self.busy |= {(kind, found.id, day) for day in days}
        return found
