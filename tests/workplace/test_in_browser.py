"""How much work a department has: each choice, click and key of a clerk is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.workplace.models import Filing, SkillSign
from courses.workplace.skills import set_checklist
from tests import factories
from tests.live import Browse, Live, follow, overflows
from tests.workplace.scenes import Department, a_department, filed

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PHONE = 390


@pytest.fixture
def here(live: Live) -> Department:
    return a_department(live.db)


def test_a_department_files_with_three_clicks_and_four_entries(
    browse: Browse, live: Live, here: Department, tmp_path: Path
) -> None:
    """On a phone: two clicks to the form, then subject, trainer, people, picture, and the button.

    Day, time and minutes are there already. Typed are the trainer's name (3 letters) and what is pasted (1 chord);
    the subject is one choice, the picture one.
    """
    proof = tmp_path / "서명부.png"
    proof.write_bytes(PNG)
    page = browse(here.clerk, width=PHONE)
    page.goto("/our-department")
    clicks = 0
    for name in ("직장내 교육", "교육 실적 등록"):
        follow(page.get_by_role("link", name=name, exact=True).first)
        clicks += 1
    page.get_by_label("과목", exact=True).select_option(str(here.course.id))
    page.get_by_label("강사", exact=True).fill(here.trainer.name)
    page.get_by_label("교육받은 사람", exact=True).fill("\n".join(str(one.employee_no) for one in here.staff))
    page.get_by_label("시작 시각").fill("00:00")  # at whatever hour the tests run
    page.get_by_label("증빙 자료", exact=True).set_input_files(proof)
    assert not overflows(page)
    follow(page.get_by_role("button", name="등록"))
    clicks += 1
    assert clicks == 3
    expect(page.get_by_role("heading", name="3명")).to_be_visible()
    assert live.db.scalars(select(Filing)).one().evidence_name == "서명부.png"


def test_the_last_one_is_repeated_in_two_clicks(browse: Browse, live: Live, here: Department) -> None:
    """The same people and trainer, today."""
    filed(live.db, here)
    page = browse(here.clerk, width=PHONE)
    page.goto("/workplace/filings")
    follow(page.get_by_role("link", name="지난 것과 같게"))
    page.get_by_label("시작 시각").fill("00:00")
    follow(page.get_by_role("button", name="등록"))
    expect(page.get_by_role("heading", name="3명")).to_be_visible()
    live.db.expire_all()
    assert len(live.db.scalars(select(Filing)).all()) == 2


def test_mistakes_are_mended_without_choosing_the_picture_again(
    browse: Browse, live: Live, here: Department, tmp_path: Path
) -> None:
    """The page asks beside the name; what was entered stays."""
    proof = tmp_path / "서명부.png"
    proof.write_bytes(PNG)
    page = browse(here.clerk, width=PHONE)
    page.goto("/workplace/filing")
    page.get_by_label("과목", exact=True).select_option(str(here.course.id))
    page.get_by_label("시작 시각").fill("00:00")
    page.get_by_label("강사", exact=True).fill(here.trainer.name)
    page.get_by_label("교육받은 사람", exact=True).fill("가나다, 없는사람")
    page.get_by_label("증빙 자료", exact=True).set_input_files(proof)
    follow(page.get_by_role("button", name="등록"))
    expect(page.get_by_role("rowheader", name="없는사람")).to_be_visible()
    assert not overflows(page)
    page.get_by_label("찾지 못한 줄은 빼고 등록").check()
    follow(page.get_by_role("button", name="등록"))
    expect(page.get_by_role("link", name="서명부.png")).to_be_visible()


def test_a_skill_takes_one_tap_of_the_coach_and_one_of_the_trainee(
    browse: Browse, live: Live, here: Department, dan_live: Person
) -> None:
    """On phones."""
    db = live.db  # asked for anew it forgets what is not committed
    set_checklist(db, dan_live.id, here.course, ["주소록을 합친다"])
    filed(db, here)
    coach = browse(here.trainer, width=PHONE)
    coach.goto("/skills")
    follow(coach.get_by_role("button", name="서명", exact=True).first)
    trainee = browse(here.staff[0], width=PHONE)
    trainee.goto("/skills")
    follow(trainee.get_by_role("button", name="확인", exact=True))
    expect(trainee.get_by_text("서명·확인 완료")).to_be_visible()
    assert confirmed(live.db, here.staff[0])


@pytest.fixture
def dan_live(live: Live) -> Person:
    """A training officer of the served application."""
    return factories.a_person(live.db, "최단", roles=["officer"])


def confirmed(db: Session, person: Person) -> bool:
    """Whether a skill of the person is signed and confirmed."""
    db.expire_all()
    mine = select(SkillSign).join(Enrolment).where(Enrolment.person_id == person.id)
    return db.scalars(mine).one().confirmed_at is not None
