"""The statement that reckons days, held against the rules followed day by day for people with random careers."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.assignments import Standing, of_person, overdue, standings
from courses.enrolment.models import Assignment, Enrolment, Outcome, Renewal
from courses.people.models import Leave, LeaveKind, OrgUnit, Person, Posting
from courses.scheduling.models import Run
from tests import factories
from tests.assignment.scenes import an_assignment, completed

TODAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.frozen(factories.some_day()):
        yield


def some_day(chance: random.Random, first: date = date(2024, 1, 1), last: date = TODAY) -> date:
    return first + A_DAY * chance.randrange((last - first).days + 1)


def a_career(db: Session, chance: random.Random, units: list[OrgUnit], name: str) -> Person:
    """Up to four postings in these units without a break or with one, and up to two times of leave."""
    person = factories.a_person(db, name, unit=units[0])
    days = sorted({some_day(chance) for _ in range(chance.randrange(4))})
    db.execute(update(Posting).where(Posting.person_id == person.id).values(until_on=days[0] - A_DAY if days else None))
    for place, day in enumerate(days):
        gap = chance.choice([0, 0, 0, 20])
        until = max(day, days[place + 1] - A_DAY * (1 + gap)) if place + 1 < len(days) else None
        grade = chance.choice(["6급", "7급"])
        unit = chance.choice(units)
        db.add(
            Posting(person_id=person.id, unit_id=unit.id, from_on=day, until_on=until, grade=grade, service="일반직")
        )
    for _ in range(chance.randrange(3)):
        first = some_day(chance)
        last = None if chance.random() < 0.2 else first + A_DAY * chance.randrange(120)
        if not db.scalar(select(Leave.id).where(Leave.person_id == person.id)):
            db.add(Leave(person_id=person.id, kind=LeaveKind.LEAVE, from_on=first, until_on=last))
            db.flush()
    db.commit()
    return person


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def reckoned(db: Session, one: Assignment, person: Person) -> str | date | None:
    """'done', 'away', the day; None: it does not hold for them."""
    postings = list(db.scalars(select(Posting).where(Posting.person_id == person.id)))
    inside = {unit.id for unit in db.scalars(select(OrgUnit)) if one.unit_id in (None, unit.id, unit.parent_id)}

    def holds(day: date) -> bool:
        return any(
            p.from_on <= day and (p.until_on is None or p.until_on >= day)
            and p.unit_id in inside and one.grade in ("", p.grade)
            for p in postings
        )  # fmt: skip

    if not holds(TODAY):
        return None
    done = select(Run.ends_on).join(Enrolment, Enrolment.run_id == Run.id)
    days = list(db.scalars(done.where(Enrolment.person_id == person.id, Enrolment.outcome == Outcome.COMPLETED)))
    made, last = clock.local(one.created_at).date(), max(days, default=None)
    term = the_term(one, made, last)
    if term is None:
        return "done"
    due, since = term
    leaves = list(db.scalars(select(Leave).where(Leave.person_id == person.id)))
    away = {day for day in all_days(since, TODAY) if any(x.from_on <= day <= (x.until_on or TODAY) for x in leaves)}
    if TODAY in away:
        return "away"
    came = TODAY
    while came > made and holds(came - A_DAY):
        came -= A_DAY
    if came > made:
        due, since = max(due, came + A_DAY * 30), max(since, came)
    return due + A_DAY * len([day for day in away if day >= since])


def the_term(one: Assignment, made: date, last: date | None) -> tuple[date, date] | None:
    """The last day before leave moves it, and since when leave counts; None: completed in time."""
    if one.renewal is Renewal.YEARLY:
        year = max(TODAY.year, one.due_on.year)
        due = months_after(one.due_on, 12 * (year - one.due_on.year))
        return None if last and last.year >= year else (due, max(made, date(TODAY.year, 1, 1)))
    if one.renewal is Renewal.AFTER and last:
        again = months_after(last, one.months or 0)
        return None if again >= TODAY else (max(one.due_on, again), max(made, last))
    return None if last else (one.due_on, made)


def all_days(first: date, last: date) -> Iterator[date]:
    return (first + A_DAY * n for n in range((last - first).days + 1))


@pytest.mark.parametrize("seed", range(6))
def test_the_statement_agrees_with_the_rules(db: Session, seed: int) -> None:
    chance = random.Random(seed)
    units = [factories.a_unit(db, name) for name in ("총무과", "재무과")] + [factories.a_team(db, "총무팀", "총무과")]
    course = factories.a_course(db)
    renewal = [Renewal.ONCE, Renewal.YEARLY, Renewal.AFTER][seed % 3]
    one = an_assignment(
        db,
        course,
        some_day(chance, date(2024, 6, 1), date(2026, 12, 31)),
        made=some_day(chance),
        renewal=renewal,
        months=chance.choice([1, 6, 12]) if renewal is Renewal.AFTER else None,
        unit_id=chance.choice([None, units[0].id]),
        grade=chance.choice(["", "7급"]),
    )
    people = [a_career(db, chance, units, f"직원{n:02}") for n in range(25)]
    for person in chance.sample(people, 12):
        completed(db, course, person, some_day(chance))
    expected = {person.id: reckoned(db, one, person) for person in people}
    late = {id_: day for id_, day in expected.items() if isinstance(day, date) and day < TODAY}
    assert {row.person_id: row.due_on for row in overdue(db, one)} == late
    for id_, wanted in expected.items():
        duties = of_person(db, id_)
        assert [("done" if d.done_on else "away" if d.away else d.due_on) for d in duties] == (
            [] if wanted is None else [wanted]
        )
    counted = standings(db).get(one.id, Standing())
    holding = [what for what in expected.values() if what is not None]
    assert (counted.people, counted.late) == (len(holding), len(late))
    assert (counted.done, counted.away) == (holding.count("done"), holding.count("away"))
