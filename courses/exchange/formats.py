"""The kinds of files that come in, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from courses.exchange import catalogue, evidence, instructors, nominations, organisation, rooms, runs, staff
from courses.exchange.columns import Column
from courses.exchange.plan import Options, Plan
from courses.exchange.reading import Row
from courses.text import Text, text


@dataclass(frozen=True)
class Format:
    """One kind of file: what it is called and holds, the kinds that come first, its columns, and its plan.

    `asks` names what a person adds to the file: `year`, the `effective` day, or the `run`.
    """

    kind: str
    title: Text
    content: Text
    needs: tuple[str, ...]
    columns: tuple[Column, ...]
    plan: Callable[[Session, Sequence[Row], Options], Plan]
    asks: str = ""
    retires: bool = False


_ALL = (
    Format(
        "organisation",
        text("Organisation"),
        text("Units, their superiors and the official order."),
        (),
        organisation.COLUMNS,
        organisation.plan,
    ),
    Format(
        "staff",
        text("Staff"),
        text("The HR directory: persons, postings, leave, heads and clerks."),
        ("organisation",),
        staff.COLUMNS,
        staff.plan,
        asks="effective",
        retires=True,
    ),
    Format("rooms", text("Rooms"), text("Rooms with their seats and computers."), (), rooms.COLUMNS, rooms.plan),
    Format(
        "instructors",
        text("Instructors"),
        text("Own staff who teach, and lecturers from outside."),
        ("staff",),
        instructors.COLUMNS,
        instructors.plan,
    ),
    Format(
        "catalogue",
        text("Course catalogue"),
        text("Courses with kind, level, hours and area."),
        (),
        catalogue.COLUMNS,
        catalogue.plan,
    ),
    Format(
        "runs",
        text("Past runs"),
        text("Runs that are over, with their dates and capacity."),
        ("catalogue",),
        runs.COLUMNS,
        runs.plan,
    ),
    Format(
        "evidence",
        text("Past results"),
        text("Attendance, progress and scores of past runs. They are judged and the runs closed."),
        ("staff", "runs"),
        evidence.COLUMNS,
        evidence.plan,
        asks="year",
    ),
    Format(
        "nominations",
        text("Nominations"),
        text("A run's applicants in the order of their departments. Applications are made where there are none."),
        ("staff",),
        nominations.COLUMNS,
        nominations.plan,
        asks="run",
    ),
)
kinds: dict[str, Format] = {format_.kind: format_ for format_ in _ALL}
