"""The results of a half-year: what each department's people came to, and what became of its workplace plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.catalogue.words import KINDS
from courses.db import rows
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.letters import halves
from courses.letters import text as form
from courses.letters.drafts import Draft, Enclosure, Entry
from courses.letters.lists import Office, Units, numbered
from courses.letters.results import percent
from courses.people.models import OrgUnit
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import Organisation
from courses.text import Text, text
from courses.workplace import planning
from courses.workplace.planning import Half


class Came(NamedTuple):
    """What a group of people came to: heads (실인원), places (연인원), completions, and these by kind."""

    people: int
    places: int
    completed: int
    by_kind: dict[Kind, int]

    @property
    def rate(self) -> Decimal:
        """Completions in percent."""
        return percent(self.completed, self.places)

    @classmethod
    def of(cls, judged: Iterable[Row[Any]]) -> Came:
        """Counted."""
        everybody = list(judged)
        by_kind: dict[Kind, int] = defaultdict(int)
        for one in everybody:
            by_kind[one.kind] += one.completed
        people = len({one.person_id for one in everybody})
        return cls(people, len(everybody), sum(by_kind.values()), dict(by_kind))


def draft(db: Session, half: Half, rules: Organisation, unit_id: int | None = None) -> Draft:
    """The letter as it may be written now: of one unit, to it, or of all, for the organisation itself.

    Raises `Refused` while the half-year is not over, and when nothing was trained or planned in it.
    """
    if clock.today() <= half.last:
        raise Refused(text("This half-year is not over yet: its results come after its last day."), code="open")
    units = Units(db, rules.ranking_depth)
    everybody = _judged(db, half)
    judged = [one for one in everybody if unit_id is None or unit_id in units.way(one.unit_id)]
    lines = [one for one in planning.totals(db, half, unit_id) if one.people or one.done.runs]
    if not judged and not lines:
        raise Refused(text("Nothing was trained or planned in this half-year."), code="nothing")
    named = half.name
    said = text("The training results of the %(half)s are as follows.", half=named)
    if unit_id is not None:
        said = text("The training results of your department in the %(half)s are as follows.", half=named)
    entries = [Entry(said, _figures(db, half, Came.of(judged), rules.language))]
    enclosures = [_by_office(judged, units), _by_course(judged)] if judged else []
    if lines:
        entries.append(Entry(text("Workplace training: plan and results"), _workplace(lines)))
        departments = [one for one in planning.overview(db, half) if unit_id is None or unit_id in units.way(one.id)]
        enclosures += [_plans(departments), _subjects(lines)]
    receivers = [] if unit_id is None else [_office(db.get_one(OrgUnit, unit_id))]
    choices = _offices(everybody, units)
    title = text("Training results of the %(half)s", half=named)
    return Draft(title, tuple(entries), tuple(enclosures), receivers, choices)


def _figures(db: Session, half: Half, came: Came, language: str) -> tuple[Entry, ...]:
    """All together; and what is not in it yet."""
    lines = [
        Entry(text("Period: %(days)s", days=form.days(half.first, half.last, language))),
        Entry(text("As of: %(day)s", day=form.day(clock.today(), language))),
        Entry(text("People trained: %(people)s (attendances: %(n)s)", people=came.people, n=came.places)),
        Entry(
            text("Completed: %(n)s, completion rate %(rate)s %%", n=came.completed, rate=came.rate),
            tuple(Entry(text("%(name)s: %(words)s", name=KINDS[kind], words=n)) for kind, n in _kinds(came) if n),
        ),
    ]  # fmt: skip
    if missing := halves.still_open(db, half):
        lines.append(Entry(text("Runs that are not closed yet, and not counted: %(n)s", n=missing)))
    return tuple(lines)


def _kinds(came: Came) -> list[tuple[Kind, int]]:
    return [(kind, came.by_kind.get(kind, 0)) for kind in Kind]


def _workplace(lines: Sequence[planning.Line]) -> tuple[Entry, ...]:
    planned = [one for one in lines if one.people]
    taught = sum(one.done.runs > 0 for one in planned)
    people, came = sum(one.people for one in planned), [one.done for one in lines]
    return (
        Entry(text("Subjects planned: %(n)s, of these taught: %(taught)s", n=len(planned), taught=taught)),
        Entry(text("People planned: %(n)s", n=people)),
        Entry(
            text("Attendances: %(n)s, completed: %(done)s", n=sum(one.people for one in came),
                 done=sum(one.completed for one in came)),
        ),
    )  # fmt: skip


def _by_office(judged: Sequence[Row[Any]], units: Units) -> Enclosure:
    columns = (text("No."), text("Unit"), text("People (heads)"), text("Attendances"), text("Completed"),
               text("Not completed"), text("Rate (%)"), *KINDS.values())  # fmt: skip
    by_office: dict[Office | None, list[Row[Any]]] = defaultdict(list)
    for one in judged:
        by_office[units.office(one.unit_id)].append(one)
    in_order = sorted(by_office, key=lambda office: (office is None, office and office.position))
    lines = [(office.name if office else text("Other bodies"), Came.of(by_office[office])) for office in in_order]
    together = [("", text("Together"), *_row(Came.of(judged)))] if len(lines) > 1 else []
    cells = [*numbered((name, *_row(came)) for name, came in lines), *together]
    return Enclosure(text("Results by unit"), columns, cells)


def _row(came: Came) -> tuple[int | str, ...]:
    kinds = (n for _, n in _kinds(came))
    return (came.people, came.places, came.completed, came.places - came.completed, f"{came.rate}", *kinds)


def _by_course(judged: Sequence[Row[Any]]) -> Enclosure:
    columns = (text("No."), text("Course"), text("Kind"), text("Runs"), text("Attendances"), text("Completed"),
               text("Rate (%)"))  # fmt: skip
    courses: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for one in judged:
        courses[one.kind, one.title].append(one)
    lines: list[tuple[Text | str | int, ...]] = []
    for (kind, title), some in sorted(courses.items(), key=lambda one: (list(Kind).index(Kind(one[0][0])), one[0][1])):
        came, runs = Came.of(some), len({one.run_id for one in some})
        rate = f"{came.rate}"
        lines.append((title, KINDS[Kind(kind)], runs, came.places, came.completed, rate))
    return Enclosure(text("Results by course"), columns, numbered(lines))


def _plans(departments: Sequence[planning.Department]) -> Enclosure:
    columns = (text("No."), text("Unit"), text("Planned subjects"), text("Of these taught"), text("Planned people"),
               text("Runs"), text("Attendances"), text("Completed"))  # fmt: skip
    lines = [
        (one.name, one.planned, one.taught, one.people, one.done.runs, one.done.people, one.done.completed)
        for one in departments
    ]
    return Enclosure(text("Workplace training by department"), columns, numbered(lines))


def _subjects(lines: Sequence[planning.Line]) -> Enclosure:
    columns = (text("No."), text("Area"), text("Subject"), text("Planned people"), text("Runs"), text("Attendances"),
               text("Completed"))  # fmt: skip
    cells = [(one.area, one.title, one.people, one.done.runs, one.done.people, one.done.completed) for one in lines]
    return Enclosure(text("Workplace training by subject"), columns, numbered(cells))


def _judged(db: Session, half: Half) -> Sequence[Row[Any]]:
    """Everybody who had a place in a closed run that ended in the half-year: a line each.

    The unit is that of the run's last day, as in every report.
    """
    statement = (
        select(
            Enrolment.unit_id, Enrolment.person_id, Enrolment.run_id, Course.kind, Course.title,
            (Enrolment.outcome == Outcome.COMPLETED).label("completed"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Run.state == RunState.CLOSED, Run.ends_on.between(half.first, half.last))
        .where(Enrolment.status == Status.ENROLLED, Enrolment.outcome.is_not(None))
    )  # fmt: skip
    return rows(db, statement).all()


def _offices(judged: Iterable[Row[Any]], units: Units) -> list[Office]:
    found = {units.office(unit_id) for unit_id in {one.unit_id for one in judged}}
    return sorted((one for one in found if one), key=lambda office: office.position)


def _office(unit: OrgUnit) -> Office:
    return Office(unit.id, unit.name, unit.position)
