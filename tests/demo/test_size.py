"""The demo organisation in other sizes: as many people and years as asked for, the same again for the same seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import case, distinct, func, select

from courses import clock
from courses.catalogue.models import Course
from courses.completion.models import Judgement
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run, RunState
from lms import migrate
from lms.cli import main
from lms.db import Database, opened
from lms.demo.growing import grow
from lms.demo.people import GRADE
from lms.demo.plot import CLASSES, CYBER, Part
from lms.demo.size import Size

pytestmark = pytest.mark.once

TODAY = clock.today()
SINCE = clock.now() - timedelta(days=180)
SIZE = Size(12_400, 2)


@pytest.mark.parametrize("people", [3_000, 12_000, 25_000])
def test_there_are_as_many_people_as_asked_for(people: int) -> None:
    size = Size(people, 0)
    staff = [row for district in size.districts for row in district.staff()]
    numbers = {row["사번"] for row in staff}
    units = {row["부서코드"] for district in size.districts for row in district.units()}
    assert len(numbers) == len(staff) == people
    assert {row["부서코드"] for row in staff} <= units


def test_the_same_seed_gives_the_same_staff_and_another_one_others() -> None:
    once, again, other = ([one.staff() for one in Size(13_000, 0, seed).districts] for seed in (7, 7, 8))
    assert once == again
    assert once != other


def test_too_few_people_are_refused() -> None:
    with pytest.raises(Refused):
        Size(100, 1).check()


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a copy is kept of how `grown` was after its first year."""
    return tmp_path_factory.mktemp("interrupted") / "lms.db"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, interrupted: Path) -> Iterator[Database]:
    """Two districts with two years behind them."""
    with opened(_migrated(tmp_path_factory.mktemp("grown"))) as database:
        for year in grow(database, SIZE, SINCE):
            if year == TODAY.year - 2:
                _copy(database, interrupted)
        yield database


def test_every_past_year_has_its_runs_with_results(grown: Database) -> None:
    with grown.look() as db:
        places = select(Run.year, func.count(), func.count(Enrolment.outcome), func.count(distinct(Run.id)))
        years = db.execute(places.join(Enrolment).group_by(Run.year).order_by(Run.year)).all()
        assert [row[0] for row in years] == [TODAY.year - 2, TODAY.year - 1]
        for _, taken, judged, runs in years:
            assert taken == judged > 10_000
            assert runs > 289
        assert db.scalar(select(func.sum(Run.taken))) == db.scalar(select(func.count()).select_from(Enrolment))
        assert set(db.scalars(select(Run.state).distinct())) == {RunState.CLOSED}
        completed = select(func.count()).where(Enrolment.outcome == Outcome.COMPLETED)
        assert 0.8 < (db.scalar(completed) or 0) / sum(row[1] for row in years) < 1


def test_each_district_has_own_people_in_its_runs(grown: Database) -> None:
    with grown.look() as db:
        of_district = case((Person.employee_no.like("%-%"), 1), else_=0)
        both = select(Run.id).join(Enrolment).join(Person).group_by(Run.id)
        assert not db.scalars(both.having(func.count(distinct(of_district)) > 1)).all()


def test_nobody_takes_part_before_the_year_after_being_appointed(grown: Database) -> None:
    with grown.look() as db:
        early = select(func.count()).select_from(Enrolment).join(Person).join(Run)
        assert not db.scalar(early.where(Person.appointed_on >= Run.starts_on))


def test_the_employee_has_not_completed_what_the_story_is_about(grown: Database) -> None:
    """Of the employee's grade nobody has: a course is completed once."""
    played = {opening.course for opening in CLASSES + CYBER if opening.part is not Part.NONE}
    with grown.look() as db:
        alike = select(func.count()).select_from(Enrolment).join(Run).join(Course).where(Enrolment.grade == GRADE)
        assert db.scalar(alike)
        assert not db.scalar(alike.where(Course.code.in_(played)))


def test_every_result_has_its_verdict_and_its_events(grown: Database) -> None:
    with grown.look() as db:
        places = db.scalar(select(func.count()).select_from(Enrolment))
        assert places == db.scalar(select(func.count()).select_from(Judgement))
        assert places == db.scalar(select(func.count()).where(Event.kind == "settled"))
        differ = select(func.count()).select_from(Judgement).join(Enrolment, Enrolment.id == Judgement.enrolment_id)
        assert not db.scalar(differ.where(Judgement.outcome != Enrolment.outcome))
        assert not db.scalar(select(func.count()).where(Event.at < SINCE))


def test_an_interrupted_load_goes_on_and_is_the_same_in_the_end(grown: Database, interrupted: Path) -> None:
    with opened(f"sqlite:///{interrupted}") as database:
        assert 0 < len(_places(database)) < len(_places(grown))
        with pytest.raises(Refused, match="interrupted"):
            next(grow(database, Size(SIZE.people, 3), SINCE))
        assert list(grow(database, SIZE, SINCE)) == [TODAY.year - 2, TODAY.year - 1]
        assert _places(database) == _places(grown)


def _migrated(home: Path) -> str:
    url = f"sqlite:///{home}/lms.db"
    with opened(url) as database:
        migrate.upgrade(database.engine)
    return url


def _copy(database: Database, to: Path) -> None:
    with closing(sqlite3.connect(str(database.engine.url.database))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _places(database: Database) -> list[Any]:
    with database.look() as db:
        columns = (Enrolment.run_id, Enrolment.person_id, Enrolment.outcome, Enrolment.unit_id)
        return [tuple(row) for row in db.execute(select(*columns).order_by(*columns[:2]))]


def test_the_command_loads_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    done = CliRunner().invoke(main, ["demo", "load", "--people", "3000", "--years", "1"])
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(main, ["demo", "load", "--people", "3000", "--years", "1"])
    assert again.exit_code == 1, "nothing is loaded over a load that was finished"
    last_year = clock.today().year - 1
    with opened(f"sqlite:///{tmp_path}/lms.db") as database, database.look() as db:
        assert db.scalar(select(func.count()).where(Person.employee_no.is_not(None))) == 3_000
        assert db.scalar(select(func.count()).select_from(OrgUnit)) > 400
        past = select(Run.id).where(Run.year == last_year, Run.imported)
        taken = db.scalar(select(func.sum(Run.taken)).where(Run.id.in_(past)))
        assert taken == db.scalar(select(func.count()).where(Enrolment.run_id.in_(past)))
        assert taken
        completed = select(func.count()).where(Enrolment.run_id.in_(past), Enrolment.outcome == Outcome.COMPLETED)
        assert 0.8 < (db.scalar(completed) or 0) / taken < 1
