"""The demo's runs around today, as a table. Days are working days counted from today, which may be any day."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from courses.scheduling.models import Mode


class Fate(enum.Enum):
    """How far a run has come by now."""

    DRAFT = enum.auto()
    CANCELLED = enum.auto()
    SOON = enum.auto()  # applications open tomorrow
    OPEN = enum.auto()
    SHUT = enum.auto()  # applications have closed
    ON = enum.auto()  # a session is on at this very moment
    UNMARKED = enum.auto()  # over, and the last session was not marked
    UNSCORED = enum.auto()  # over, marked, and scores are missing
    MARKED = enum.auto()  # over, and ready to be closed
    CLOSED = enum.auto()  # closed, certificates not issued
    CERTIFIED = enum.auto()


class Part(enum.Enum):
    """What the employee who signs in has to do with a run."""

    NONE = enum.auto()
    HAS_A_SEAT = enum.auto()
    WAITS = enum.auto()
    ATTENDS = enum.auto()  # and completes
    STAYS_AWAY = enum.auto()  # and does not
    APPLIES = enum.auto()  # and waits for the head
    IS_OFFERED = enum.auto()  # a seat that came free, to be accepted


@dataclass(frozen=True)
class Opening:
    """A run to be: course code, first day, people. `capacity` 0: the course's usual one.

    `withdrawn`: how many of the first ones give up their seats in the end. `mine`: the instructor who signs in teaches
    it; `external`: a lecturer from outside does. In a selection or a draw, `seated` and `waiting` apply; what they came
    to is `decided`, or waits for the officer. `held`: seats are held for units. `minimum`, `offer_hours` 0: none.
    """

    course: str
    starts: int
    fate: Fate
    seated: int = 0
    waiting: int = 0
    withdrawn: int = 0
    capacity: int = 0
    part: Part = Part.NONE
    mine: bool = False
    external: bool = False
    mode: Mode = Mode.FIRST_COME
    decided: bool = False
    held: bool = False
    minimum: int = 0
    offer_hours: int = 0


F, P = Fate, Part
SELECTION, DRAW = Mode.SELECTION, Mode.DRAW
CLASSES = (
    Opening("C001", -62, F.CERTIFIED, 29),
    Opening("W010", -58, F.CERTIFIED, 23),
    Opening("C004", -54, F.CERTIFIED, 28, part=P.ATTENDS, mine=True),
    Opening("W001", -48, F.CERTIFIED, 25),
    Opening("C024", -44, F.CERTIFIED, 30, waiting=3),
    Opening("C007", -38, F.CERTIFIED, 24, external=True),
    Opening("C020", -33, F.CERTIFIED, 26),
    Opening("W018", -28, F.CERTIFIED, 22),
    Opening("C005", -26, F.CERTIFIED, 27, part=P.STAYS_AWAY),
    Opening("C022", -21, F.CLOSED, 25),
    Opening("W003", -15, F.CLOSED, 21),
    Opening("C013", -9, F.MARKED, 26),
    Opening("W006", -6, F.MARKED, 19),
    Opening("C023", -8, F.UNSCORED, 24, external=True),
    Opening("C002", -5, F.UNMARKED, 28, mine=True),
    Opening("W020", -3, F.UNMARKED, 17),
    Opening("C006", -1, F.ON, 28, waiting=5, part=P.HAS_A_SEAT, mine=True, mode=SELECTION, decided=True),
    Opening("W013", 0, F.ON, 16, external=True),
    Opening("C003", 1, F.SHUT, 27),
    Opening("C011", 2, F.SHUT, 30, waiting=4),
    Opening("C033", 4, F.OPEN, 7, minimum=10),
    Opening("C031", 5, F.OPEN, 30, waiting=6, part=P.WAITS),
    Opening("W004", 5, F.OPEN, 11),
    Opening("C024", 6, F.OPEN, 28),
    Opening("W009", 6, F.OPEN, 25, waiting=2),
    Opening("C030", 7, F.SHUT, 30, waiting=7, external=True, mode=DRAW, decided=True),
    Opening("C004", 8, F.OPEN, 19),
    Opening("C032", 8, F.OPEN, 22, external=True),
    Opening("C017", 10, F.OPEN, 16, part=P.HAS_A_SEAT, mine=True),
    Opening("C021", 11, F.SHUT, 30, waiting=6, mode=DRAW),
    Opening("W019", 11, F.OPEN, 9),
    Opening("C034", 12, F.SHUT, 20, waiting=9, mode=SELECTION, held=True),
    Opening("C005", 14, F.CANCELLED, 3),
    Opening("C018", 15, F.OPEN, 24, part=P.APPLIES, mode=SELECTION),
    Opening("W021", 16, F.SOON),
    Opening("C025", 17, F.SOON),
    Opening("C035", 18, F.OPEN, 2, mode=SELECTION),
    Opening("C019", 20, F.OPEN, 30, waiting=4, withdrawn=2, part=P.IS_OFFERED, offer_hours=96),
    Opening("C029", 24, F.OPEN, 21, mode=DRAW),
    Opening("C006", 27, F.OPEN, 14, mode=SELECTION),
    Opening("C014", 30, F.DRAFT),
    Opening("W026", 32, F.DRAFT),
)
CYBER = (
    Opening("E024", -20, F.OPEN, 61, capacity=500),
    Opening("E007", -20, F.OPEN, 48, capacity=500, part=P.HAS_A_SEAT),
    Opening("E016", -10, F.OPEN, 23, capacity=500),
    Opening("E004", 5, F.OPEN, 35, capacity=500),
    Opening("E021", 5, F.SOON, capacity=500),
)
OTHERS = (
    Opening("C026", 9, F.OPEN, 12, mode=Mode.ASSIGNED),
    Opening("E010", -10, F.OPEN, 37, mode=Mode.OPEN),
)
"""Places that nobody has to compete for: the officer gives them, or there are as many as people."""
LETTER_OF = "C003"
"""The course of whose next run the departments were told who is selected."""
REQUIRED = {"C035": "C001"}
"""Courses that have to be completed before others."""
ASSIGNED = "E024"
"""What the employee's department has to complete."""
CYBER_DAYS = 90
"""How long a cyber run stays open."""
