"""The demo organisation in other sizes: as many people and years as asked for, the same again for the same seed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from courses import clock
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import Refused
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from lms.cli import main
from lms.db import opened
from lms.demo.people import GRADE
from lms.demo.plot import CLASSES, CYBER, Part
from lms.demo.size import File, Size

TODAY = date(2026, 11, 23)


def rows(file: File) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_the_same_seed_gives_the_same_files_and_another_one_others() -> None:
    once, again = (list(Size(13_000, 1, seed=7).files(TODAY)) for _ in range(2))
    assert once == again
    assert once[-1] != list(Size(13_000, 1, seed=8).files(TODAY))[-1]


@pytest.mark.parametrize("people", [3_000, 12_000, 25_000])
def test_there_are_as_many_people_as_asked_for(people: int) -> None:
    organisation, staff, *_ = Size(people, 0).files(TODAY)
    numbers = [row["사번"] for row in rows(staff)]
    assert len(set(numbers)) == len(numbers) == people
    assert {row["부서코드"] for row in rows(staff)} <= {row["부서코드"] for row in rows(organisation)}


def test_every_past_year_has_its_runs_and_nobody_is_twice_in_one() -> None:
    files = list(Size(25_000, 2).files(TODAY))
    runs = [row for file in files if file.kind == "runs" for row in rows(file)]
    assert Counter(row["시작일"][:4] for row in runs).keys() == {"2024", "2025"}
    for year in (2024, 2025):
        known = {(row["과정코드"], row["차수"]) for row in runs if row["시작일"].startswith(str(year))}
        results = [row for file in files if file.kind == "evidence" and file.year == year for row in rows(file)]
        places = Counter((row["과정코드"], row["차수"], row["사번"]) for row in results)
        assert set(places.values()) == {1}
        assert {place[:2] for place in places} == known


def test_the_employee_has_not_completed_what_the_story_is_about() -> None:
    """Of the employee's grade nobody has: a course is completed once."""
    files = list(Size(12_000, 2).files(TODAY))
    alike = {row["사번"] for row in rows(files[1]) if row["직급"] == GRADE}
    played = {opening.course for opening in CLASSES + CYBER if opening.part is not Part.NONE}
    results = [row for file in files if file.kind == "evidence" for row in rows(file)]
    assert any(row["과정코드"] in played for row in results)
    assert any(row["사번"] in alike for row in results)
    assert not [row for row in results if row["과정코드"] in played and row["사번"] in alike]


def test_too_few_people_are_refused() -> None:
    with pytest.raises(Refused):
        next(Size(100, 1).files(TODAY))


def test_the_command_loads_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    done = CliRunner().invoke(main, ["demo", "load", "--people", "3000", "--years", "1"])
    assert done.exit_code == 0, done.output
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
