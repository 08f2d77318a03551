"""Completion by department: frozen with the enrolment, rolled up the tree, in official order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.catalogue.models import Kind
from courses.people.models import OrgUnit
from courses.reporting.departments import ELSEWHERE, Level, bars, departments
from courses.reporting.headcounts import Headcount
from tests import factories
from tests.reporting.conftest import YEAR, Year, a_past_run, ended


def counted(db: Session, level: Level, within: int | None = None) -> dict[str, tuple[int, int, int, int]]:
    report = departments(db, YEAR, level, within)
    return {
        str(line.name): (h.places, h.judged, h.completions, h.persons)
        for line in report.lines
        for h in [line.headcount]
    }


def test_bureaux_sum_up_what_their_divisions_did(db: Session, year: Year) -> None:
    assert counted(db, Level.BUREAU) == {"행정국": (4, 3, 2, 2), "재무국": (1, 1, 1, 1), "Other bodies": (1, 1, 1, 1)}


def test_the_total_counts_each_person_once(db: Session, year: Year) -> None:
    total = departments(db, YEAR).total
    assert total.headcount == Headcount(places=6, judged=5, completions=4, persons=3)
    assert total.by_kind == {Kind.CLASSROOM: 2, Kind.CYBER: 1, Kind.WORKPLACE: 1, Kind.BLENDED: 0}


def test_a_transfer_does_not_rewrite_the_past(db: Session, year: Year) -> None:
    before = counted(db, Level.BUREAU)
    factories.a_person(db, "새 사람", unit=year.finance)
    assert counted(db, Level.BUREAU) == before
    assert counted(db, Level.DIVISION)["재무국 세무과"] == (1, 1, 1, 1)


def test_official_order_goes_before_the_alphabet(db: Session, year: Year) -> None:
    first = factories.a_unit(db, "감사과", "하늘국")
    for unit in (first, db.get_one(OrgUnit, first.bureau_id)):
        unit.position = 0
    db.commit()
    names = [line.name for line in departments(db, YEAR).lines]
    assert names == ["하늘국", "행정국", "재무국", ELSEWHERE]


def test_a_department_without_training_is_shown_with_nothing(db: Session, year: Year) -> None:
    factories.a_unit(db, "하천과", "환경국")
    (line,) = [line for line in departments(db, YEAR).lines if line.name == "환경국"]
    assert line.headcount == Headcount()
    assert line.headcount.rate is None


def test_people_right_under_a_bureau_stand_as_the_bureau_among_divisions(db: Session, year: Year) -> None:
    assert year.general.bureau_id
    bureau = db.get_one(OrgUnit, year.general.bureau_id)
    ended(db, a_past_run(db, "국장 과정"), year.people["라"], bureau)
    assert counted(db, Level.DIVISION)["행정국"] == (1, 1, 1, 1)
    assert counted(db, Level.TEAM)["행정국"] == (1, 1, 1, 1)


def test_looking_into_a_bureau_leaves_the_others_out(db: Session, year: Year) -> None:
    report = departments(db, YEAR, Level.DIVISION, year.general.bureau_id)
    assert [line.name for line in report.lines] == ["행정국 총무과"]
    assert report.total.headcount == Headcount(places=4, judged=3, completions=2, persons=2)


def test_bars_are_of_those_judged(db: Session, year: Year) -> None:
    assert bars(db, YEAR) == [("행정국", 3, 2), ("재무국", 1, 1)]
