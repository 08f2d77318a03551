from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from courses.completion.actions import close
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.workplace import matrix, planning, signing
from courses.workplace.matrix import Cell
from courses.workplace.planning import Done, Half
from courses.workplace.queries import checklist
from courses.workplace.skills import set_checklist
from tests import factories
from tests.workplace.scenes import Department, a_department, filed


@pytest.fixture
def here(db: Session) -> Department:
    return a_department(db)


def half(here: Department) -> Half:
    """The one in which the filed training is."""
    return Half.of(here.yesterday)


@pytest.mark.parametrize(
    ("day", "number", "months"), [(date(2026, 6, 30), 1, range(1, 7)), (date(2026, 7, 1), 2, range(7, 13))]
)
def test_half_a_year(day: date, number: int, months: range) -> None:
    """And those before and after it."""
    found = Half.of(day)
    assert (found.number, found.months) == (number, months)
    assert found.after.before == found == found.before.after
    assert found.first.month == months[0]
    assert found.last.month == months[-1]


def test_a_plan_stands_beside_what_was_done(db: Session, here: Department, dan: Person) -> None:
    """The numbers are those of the ledger."""
    planning.set_plan(db, here.clerk.id, here.unit, half(here), {here.course.id: (half(here).months[-1], 5)})
    run = db.get_one(Run, filed(db, here, here.staff[0]).run_id)
    (line,) = planning.plan_of(db, here.unit.id, half(here))
    assert (line.month, line.people, line.done) == (half(here).months[-1], 5, Done(1, 3, 0))
    close(db, dan.id, run)
    (line,) = planning.plan_of(db, here.unit.id, half(here))
    assert line.done == Done(1, 3, 2)
    assert planning.plan_of(db, here.unit.id, half(here).before)[0].done == Done()


def test_a_plan_is_changed_and_emptied(db: Session, here: Department) -> None:
    """What is not in it is not planned."""
    other = factories.a_course(db, "표 계산", kind="workplace")
    month = half(here).months[0]
    planning.set_plan(db, here.clerk.id, here.unit, half(here), {here.course.id: (month, 5), other.id: (month, 2)})
    planning.set_plan(db, here.clerk.id, here.unit, half(here), {other.id: (month + 1, 9)})
    lines = planning.plan_of(db, here.unit.id, half(here))
    assert {one.course_id: (one.month, one.people) for one in lines} == {
        here.course.id: (None, 0),
        other.id: (month + 1, 9),
    }


@pytest.mark.parametrize(("code", "month", "people"), [("month", 0, 5), ("people", None, 0), ("people", None, 10_000)])
def test_a_plan_has_its_limits(db: Session, here: Department, code: str, month: int | None, people: int) -> None:
    """Named with the subject."""
    wanted = {here.course.id: (half(here).months[0] if month is None else month, people)}
    with pytest.raises(Refused) as refused:
        planning.set_plan(db, here.clerk.id, here.unit, half(here), wanted)
    assert refused.value.code == code


def test_all_departments_show_who_has_no_plan(db: Session, here: Department, eve: Person) -> None:
    """What a team did counts for its department."""
    team = factories.a_team(db, "총무팀", "총무과")
    member = factories.a_person(db, "팀원이", unit=team)
    here.staff.append(member)
    filed(db, here)
    planning.set_plan(db, here.clerk.id, here.unit, half(here), {here.course.id: (half(here).months[0], 5)})
    found = {one.name: one for one in planning.overview(db, half(here))}
    mine, others = found["행정국 총무과"], found["행정국 재무과"]
    assert (mine.planned, mine.people, mine.taught, mine.done) == (1, 5, 1, Done(1, 4, 0))
    assert (others.planned, others.done) == (0, Done())
    assert "행정국 총무과 총무팀" not in found


def test_who_has_which_subject(db: Session, here: Department, dan: Person) -> None:
    """Completed, begun, nothing; people in official order, gaps the largest first."""
    other = factories.a_course(db, "표 계산", kind="workplace")
    filing = filed(db, here, here.staff[2])
    found = matrix.of_subjects(db, here.unit.id)
    assert {line.name: line.cells[0] for line in found.lines}["가나다"] is Cell.BEGUN
    close(db, dan.id, db.get_one(Run, filing.run_id))
    found = matrix.of_subjects(db, here.unit.id)
    assert [(one.title, one.has) for one in found.columns] == [("문서 작성", 2), ("표 계산", 0)]
    cells = {line.name: line.cells for line in found.lines}
    assert cells["가나다"] == (Cell.HAS, Cell.NONE)
    assert cells["사아자"] == (Cell.NONE, Cell.NONE)
    assert [column.title for column in found.nobody] == [other.title]
    assert [(column.title, lack) for column, lack in found.gaps] == [("문서 작성", 3)]


def test_who_has_which_skill_of_a_subject(db: Session, here: Department, dan: Person) -> None:
    """Also under the words it had before."""
    set_checklist(db, dan.id, here.course, ["하나", "둘"])
    run_id = filed(db, here).run_id
    first, second = (one.id for one in checklist(db, run_id))
    sheet = signing.of_run(db, run_id)[0]
    for skill_id in (first, second):
        signing.sign(db, here.trainer.id, sheet.enrolment_id, skill_id)
    signing.confirm(db, sheet.person_id, sheet.enrolment_id, first)
    set_checklist(db, dan.id, here.course, ["첫째", "둘"])
    found = matrix.of_skills(db, here.unit.id, here.course.id)
    assert [one.title for one in found.columns] == ["첫째", "둘"]
    assert next(line for line in found.lines if line.person_id == sheet.person_id).cells == (Cell.HAS, Cell.BEGUN)


def test_only_those_who_serve_there_are_in_it(db: Session, here: Department, eve: Person) -> None:
    """Other departments have their own."""
    names = [line.name for line in matrix.of_subjects(db, here.unit.id).lines]
    assert names == sorted(["가나다", "라마바", "사아자", "서무담", "강사인"])
