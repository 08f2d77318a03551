"""What is kept of duties says at every moment what walking through everybody says, whatever happens in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from courses import clock
from courses.catalogue import actions as catalogue
from courses.catalogue.models import Course
from courses.enrolment import assignments, known, reckoned, states
from courses.enrolment.assignments import PAGE, Wanted
from courses.enrolment.models import Assignment, Duty, DutyChange, DutyCount, Enrolment, Outcome, Renewal
from courses.events.actions import recorded
from courses.people import keeping, reorganising
from courses.people.models import LeaveKind, OrgUnit, Person
from lms.db import Database
from lms.jobs.models import Job
from lms.jobs.periodic import PERIODIC
from lms.jobs.worker import Worker
from tests import factories
from tests.assignment.scenes import an_assignment, completed
from tests.configuration import config

A_DAY = timedelta(days=1)
FIRST = date(2026, 11, 23)


@pytest.fixture
def days() -> Iterator[Callable[[date], None]]:
    """Lets it be a day."""
    with ExitStack() as stack:

        def be(day: date) -> None:
            stack.enter_context(clock.frozen(clock.start_of(day) + timedelta(hours=9)))

        be(FIRST)
        yield be


def within(db: Session) -> AbstractContextManager[Session]:
    return nullcontext(db)


def noted(db: Session) -> None:
    """What whoever commits does."""
    db.flush()
    reckoned.note(db, [entry.fact for entry in recorded(db)])


def renew(db: Session) -> None:
    noted(db)
    reckoned.renew(lambda: within(db), lambda: within(db))


@dataclass
class City:
    """Two bureaux with two divisions each, one of them with a team; people; what may be mandatory."""

    units: list[OrgUnit]
    people: list[Person]
    courses: list[Course]
    places: list[Enrolment]
    officer: int


@pytest.fixture
def city(db: Session, dan: Person, days: Callable[[date], None]) -> City:
    units = [factories.a_unit(db, f"{n}과", f"{n % 2}국") for n in range(4)] + [factories.a_team(db, "팀", "1과")]
    pick = random.Random(7)
    people = [
        factories.a_person(db, f"직원{n:02}", unit=pick.choice(units), grade=pick.choice(["6급", "7급"]))
        for n in range(14)
    ]
    courses = [factories.a_course(db, name, mandatory=name == "청렴") for name in ("정보보호", "청렴", "엑셀")]
    places = []
    for course in courses:
        run = factories.a_run(db, course, starts_in=-40, state="closed")
        places += [factories.an_enrolment(db, run, person) for person in pick.sample(people, 9)]
    db.commit()
    return City(units, people, courses, places, dan.id)


def something(db: Session, city: City, pick: random.Random) -> None:  # noqa: C901  # one of many
    """Any of the changes that duties follow from, or an unlikely one that is refused."""
    person, unit, today = pick.choice(city.people), pick.choice(city.units), clock.today()
    db.refresh(person)
    match pick.randrange(11):
        case 0 | 1 | 2:
            states.settle(db, city.officer, pick.choice(city.places), pick.choice([*Outcome, Outcome.COMPLETED, None]))
        case 3 if not person.left_on:
            keeping.post(db, city.officer, person, today, {"unit_id": unit.id, "grade": pick.choice(["6급", "7급"])})
        case 4 if not person.left_on:
            keeping.send_away(db, city.officer, person, today, LeaveKind.LEAVE)
        case 5 if not person.left_on:
            keeping.welcome_back(db, city.officer, person, today)
        case 6 if not person.left_on:
            keeping.retire(db, city.officer, person, today)
        case 7:
            wanted = Wanted(pick.choice(city.courses).id, today + A_DAY * pick.randrange(-20, 20))
            narrowed = pick.choice([{}, {"unit_id": unit.parent_id}, {"unit_id": unit.id}, {"grade": "7급"}])
            there = select(Assignment.id).where(Assignment.course_id == wanted.course_id)
            if not db.scalar(there):
                renewal = pick.choice([Renewal.ONCE, Renewal.YEARLY])
                assignments.make(db, city.officer, replace(wanted, renewal=renewal, **narrowed))
        case 8:
            running = db.scalars(select(Assignment).where(Assignment.ended_on.is_(None))).all()
            if running:
                assignments.end(db, city.officer, pick.choice(running))
        case 9:
            whole = select(Course).options(selectinload(Course.subjects)).execution_options(populate_existing=True)
            course = db.scalars(whole.where(Course.id == pick.choice(city.courses).id)).one()
            (catalogue.take_back if course.retired_on else catalogue.retire)(db, city.officer, course)
        case 10:
            team, over = city.units[4], pick.choice(city.units[:4])
            reorganising.edit_unit(db, city.officer, team, team.name, over)


def agree(db: Session, city: City) -> None:
    """Kept and reckoned now are the same: counts of all, of units, and who is late."""
    assert reckoned.is_right(db)
    for unit_ids in (None, *([one.id] for one in city.units), [city.units[1].id, city.units[4].id]):
        assert assignments.standings(db, unit_ids) == assignments.walked(db, unit_ids)
    for one in db.scalars(select(Assignment)).all():
        for unit_ids in (None, [city.units[1].parent_id or 0]):
            kept = assignments.overdue(db, one, unit_ids)
            assert assignments.overdue(db, one, unit_ids, 1) == kept[:PAGE]
            assert kept == walked_late(db, one, unit_ids)
    for unit in city.units:
        assert db.execute(known.OF_UNIT, {"unit_id": unit.id}).one() == of_people(db, unit)


def walked_late(db: Session, one: Assignment, unit_ids: list[int] | None) -> list[assignments.Late]:
    with pytest.MonkeyPatch.context() as without:
        without.setattr(reckoned, "is_right", lambda _db: False)
        return assignments.overdue(db, one, unit_ids)


def of_people(db: Session, unit: OrgUnit) -> tuple[int, int]:
    """Each course that each person must complete once; done where all that asks for it is."""
    everybody = select(Duty.person_id).distinct()
    below = {one.id for one in db.scalars(select(OrgUnit)) if unit.id in (one.id, one.parent_id)}
    here = db.scalars(everybody.where(Duty.unit_id.in_(below))).all()
    done: dict[tuple[int, int], bool] = {}
    for person_id in here:
        for duty in assignments.of_person(db, person_id):
            key = person_id, duty.course_id
            done[key] = done.get(key, True) and duty.done_on is not None
    return len(done), sum(done.values())


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_walking_finds(db: Session, city: City, days: Callable[[date], None], seed: int) -> None:
    pick = random.Random(seed)
    renew(db)
    agree(db, city)
    today = FIRST
    for _ in range(25):
        if pick.random() < 0.2:
            today += A_DAY * pick.choice([1, 1, 7, 60])
            days(today)
            assert not reckoned.is_right(db)
        before = (assignments.walked(db), walked_all(db)) if reckoned.is_right(db) else None
        something(db, city, pick)
        noted(db)
        if before and before != (assignments.walked(db), walked_all(db)):
            assert not reckoned.is_right(db)
        if pick.random() < 0.6:
            renew(db)
            agree(db, city)


def walked_all(db: Session) -> list[list[assignments.Late]]:
    return [walked_late(db, one, None) for one in db.scalars(select(Assignment).order_by(Assignment.id))]


def test_only_what_differs_is_written(db: Session, city: City) -> None:
    an_assignment(db, city.courses[0], FIRST - A_DAY)
    renew(db)
    rows = {(row.course_id, row.assignment_id, row.person_id): row.state for row in db.scalars(select(Duty))}
    place = city.places[0]
    states.settle(db, city.officer, place, Outcome.COMPLETED)
    noted(db)
    plan = reckoned.take_turn(db)
    assert plan
    assert plan.people == {place.person_id}
    found = [reckoned.reckon(db, plan, course_id) for course_id in plan.courses]
    written = {(one.course_id, row.assignment_id, row.person_id) for one in found for row in one.come}
    assert len(rows) > len(city.people)
    assert {person_id for _, _, person_id in written} == {place.person_id}


def test_who_begins_later_goes_on(db: Session, city: City) -> None:
    """Two at it at once: the first one's findings are older, and are not written."""
    an_assignment(db, city.courses[0], FIRST - A_DAY)
    first = reckoned.take_turn(db)
    assert first
    older = reckoned.reckon(db, first, city.courses[0].id)
    db.add(DutyChange(person_id=None))
    second = reckoned.take_turn(db)
    assert second
    assert not reckoned.keep(db, first, older)
    assert not reckoned.finish(db, first)
    assert reckoned.keep(db, second, reckoned.reckon(db, second, city.courses[0].id))
    assert reckoned.finish(db, second)


def test_a_change_while_it_is_reckoned_is_not_forgotten(db: Session, city: City) -> None:
    renew(db)
    states.settle(db, city.officer, city.places[0], Outcome.COMPLETED)
    noted(db)
    plan = reckoned.take_turn(db)
    assert plan
    states.settle(db, city.officer, city.places[1], Outcome.COMPLETED)
    noted(db)
    assert reckoned.finish(db, plan)
    assert not reckoned.is_right(db)


def test_what_is_kept_is_not_reckoned(db: Session, city: City) -> None:
    one = an_assignment(db, city.courses[0], FIRST - A_DAY)
    renew(db)
    before, late = assignments.standings(db), {row.person_id for row in assignments.overdue(db, one)}
    assert late
    db.execute(update(Enrolment).values(outcome=Outcome.COMPLETED))  # behind its back
    assert assignments.standings(db) == before
    assert {row.person_id for row in assignments.overdue(db, one)} == late


def test_units_that_are_closed_to_nobody_have_no_counts(db: Session, city: City) -> None:
    renew(db)
    assert not db.scalars(select(DutyCount).where(DutyCount.done + DutyCount.open == 0, DutyCount.late == 0)).all()


def test_a_result_puts_in_a_job_that_counts_again(database: Database, tmp_path: object) -> None:
    with Session(database.engine, expire_on_commit=False) as db:
        course, person = factories.a_course(db), factories.a_person(db, "김수료")
        one = an_assignment(db, course, clock.today() - A_DAY)
        place = completed(db, course, person, clock.today() - A_DAY * 9)
    reckoned.renew(database.look, database.begin)
    with database.begin() as db:
        assert assignments.standings(db)[one.id].done == 1
        states.settle(db, None, db.get_one(Enrolment, place.id), Outcome.NOT_COMPLETED)
    with database.look() as db:
        assert not reckoned.is_right(db)
        assert assignments.standings(db)[one.id].late == 1
        due = db.scalars(select(Job.due_at).where(Job.name == "count_duties")).one()
    assert clock.now() < due <= clock.now() + timedelta(seconds=5)
    worker = Worker(database, config(tmp_path, database.url))  # type: ignore[arg-type]  # a folder
    with clock.frozen(due):
        while worker.step():
            pass
    with database.look() as db:
        assert reckoned.is_right(db)
        assert assignments.standings(db)[one.id].late == 1


def test_everything_is_counted_anew_right_after_midnight() -> None:
    assert PERIODIC["count_duties"] == min(PERIODIC.values())
