"""Somebody's way through a cyber course in a browser: its gates, a quiz with questions of every kind, what is saved."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from courses.content import banks
from courses.content.models import Attempt, QuestionKind
from courses.content.questions import QuestionPlan
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from tests import factories
from tests.content.scenes import a_bank, a_cyber_course, a_lesson
from tests.live import PATIENCE, Browse, Live, follow, overflows

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

QUESTIONS = [
    QuestionPlan(QuestionKind.SINGLE, "하나를 고르시오", ["맞음", "틀림"], [0]),
    QuestionPlan(QuestionKind.MULTIPLE, "모두 고르시오", ["암호", "백신", "방치"], [0, 1]),
    QuestionPlan(QuestionKind.TRUE_FALSE, "비밀번호는 나누어 쓰지 않는다", answer=[0]),
    QuestionPlan(QuestionKind.SHORT, "낚시 메일을 무엇이라 합니까", answer=["피싱"]),
    QuestionPlan(QuestionKind.ORDER, "순서대로 번호를 매기시오", ["확인", "신고", "삭제"]),
]


@pytest.fixture
def lessons(live: Live) -> str:
    """The page of a course: a text that is half of it, a mid-term behind 50 %, a final behind 80 %."""
    live.app.extensions["config"] = replace(live.app.extensions["config"], reading_seconds=0)
    db = live.db
    cyber = a_cyber_course(db, factories.a_person(db, "김아나"))
    every = banks.add_bank(db, None, cyber.course.id, "다섯 유형")
    banks.add_questions(db, None, every.id, QUESTIONS)
    a_lesson(db, cyber.course, title="들어가며", minutes=5)
    a_lesson(db, cyber.course, "quiz", "중간평가", minutes=3, bank_id=every.id, opens_at=5000)
    a_lesson(db, cyber.course, "quiz", "최종평가", minutes=2, bank_id=a_bank(db, cyber.course).id, opens_at=8000)
    mine = db.scalars(select(Enrolment.id).where(Enrolment.run_id == cyber.run.id)).one()
    return f"/enrolments/{mine}/lessons"


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 390)])
def test_gates_open_and_every_kind_of_question_is_answered(
    live: Live, browse: Browse, lessons: str, javascript: bool, width: int
) -> None:
    ana = live.db.scalars(select(Person).where(Person.name == "김아나")).one()
    page = browse(ana, language="en", width=width, javascript=javascript)
    page.goto(lessons)
    expect(page.locator("li.shut")).to_have_text([re.compile("Opens at 50 %"), re.compile("Opens at 80 %")])
    follow(page.get_by_role("link", name="Begin"))
    follow(page.get_by_role("button", name="Mark as read and go on"))
    expect(page.get_by_role("heading", level=1)).to_have_text("중간평가")  # half is learnt
    page.goto(lessons)
    expect(page.locator("li.shut")).to_have_text([re.compile("최종평가")])
    follow(page.get_by_role("link", name="Continue"))
    follow(page.get_by_role("button", name="Begin the quiz"))
    answer_all(page)
    if javascript:
        until_saved(live, page)
        expect(page.locator("#saved")).to_contain_text("Saved")
    else:
        follow(page.get_by_role("button", name="Save and go on later"))
    assert not overflows(page)
    page.goto(lessons)  # and back: nothing of it is lost
    follow(page.get_by_role("link", name="Continue"))
    follow(page.get_by_role("button", name="Hand in"))
    expect(page.locator("main")).to_contain_text("100 points: passed")
    expect(page.locator("main .tag", has_text="Right")).to_have_count(len(QUESTIONS))
    assert not overflows(page)
    page.goto(lessons)
    expect(page.locator("li.shut")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Go on with: 최종평가")


def until_saved(live: Live, page: Page) -> None:
    """What is answered is saved without a press: wait until the last answer, the order, is there."""
    for _ in range(PATIENCE // 50):
        kept = live.db.scalars(select(Attempt.answers)).one()
        if len(kept) == len(QUESTIONS) and [0, 1, 2] in kept.values():
            return
        page.wait_for_timeout(50)
    raise AssertionError("not saved")


def answer_all(page: Page) -> None:
    """Each as it is meant."""
    asked(page, "하나를 고르시오").get_by_label("맞음").check()
    for right in ("암호", "백신"):
        asked(page, "모두 고르시오").get_by_label(right).check()
    asked(page, "비밀번호는").get_by_label("O", exact=True).check()
    asked(page, "낚시 메일").get_by_label("Answer").fill(" 피싱 ")
    for number, line in enumerate(("확인", "신고", "삭제"), 1):
        asked(page, "순서대로").get_by_label(line).select_option(str(number))


def asked(page: Page, words: str) -> Locator:
    return page.locator("fieldset").filter(has_text=words)
