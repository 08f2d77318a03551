"""What is written on a board, changed and hidden, and who is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.board import posting, queries
from courses.board.models import PostKind
from courses.errors import Refused
from courses.events.models import Event
from courses.notices import board as notices
from courses.notices.models import NoticeKind
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.board.scenes import Here, a_board


@pytest.fixture
def here(db: Session, ana: Person, cleo: Person) -> Here:
    return a_board(db, ana, cleo)


def _facts(db: Session) -> list[dict[str, Any]]:
    """As reactions hand them over."""
    found = db.scalars(select(Event).where(Event.kind == "posted").order_by(Event.id))
    return [{**one.data, "run_id": one.run_id, "actor_id": one.actor_id, "at": one.at.isoformat()} for one in found]


def test_a_question_waits_until_somebody_else_answers(db: Session, here: Here) -> None:
    question = here.asked()
    assert queries.open_questions(db, [here.run.id]) == {here.run.id: 1}
    assert [one.title for one in queries.waiting(db, here.cleo.id)] == [question.title]
    posting.answer(db, here.ana.id, question, "아, 찾았습니다?")
    assert queries.open_questions(db, [here.run.id]) == {here.run.id: 1}
    posting.answer(db, here.cleo.id, question, "공용 폴더에 있습니다.")
    assert queries.open_questions(db, [here.run.id]) == {}
    assert queries.waiting(db, None) == []
    assert [one.author_id for one in queries.answers(db, question.id)] == [here.ana.id, here.cleo.id]


def test_a_hidden_answer_answers_nothing_and_a_hidden_question_waits_for_nothing(db: Session, here: Here) -> None:
    question = here.asked()
    answer = posting.answer(db, here.cleo.id, question, "공용 폴더에 있습니다.")
    posting.hide(db, here.cleo.id, answer, "틀린 답")
    assert queries.open_questions(db, [here.run.id]) == {here.run.id: 1}
    posting.hide(db, here.cleo.id, question, "같은 질문이 위에 있음")
    assert queries.open_questions(db, [here.run.id]) == {}
    with pytest.raises(Refused, match="hidden"):
        posting.answer(db, here.ana.id, question, "그런가요")
    with pytest.raises(Refused, match="hidden"):
        posting.hide(db, here.cleo.id, question, "또")


def test_who_is_told_and_once(db: Session, here: Here) -> None:
    other = factories.a_person(db, "동료")
    factories.an_enrolment(db, here.run, other)
    told, asked = here.told(), here.asked()
    answer = posting.answer(db, other.id, asked, "저도요")
    db.commit()
    notes = notices.of_posts(db, _facts(db))
    assert {(one.person_id, one.kind, one.facts["id"]) for one in notes} == {
        (here.ana.id, NoticeKind.BOARD, told.id),
        (other.id, NoticeKind.BOARD, told.id),
        (here.cleo.id, NoticeKind.QUESTION, asked.id),
        (here.ana.id, NoticeKind.QUESTION_ANSWERED, asked.id),
        (here.cleo.id, NoticeKind.QUESTION_ANSWERED, asked.id),
    }
    assert len({one.key for one in notes}) == len(notes) == 5
    assert {one.facts["subject"] for one in notes} == {told.title, asked.title}
    assert answer.title == ""


def test_what_it_said_before_stays_in_the_events(db: Session, here: Here) -> None:
    question = here.asked()
    posting.edit(db, here.ana.id, question, "실습 파일", "4장입니다.")
    posting.edit(db, here.ana.id, question, "실습 파일", "4장입니다.")  # nothing differs
    changed = db.scalars(select(Event).where(Event.kind == "changed", Event.run_id == here.run.id)).one()
    assert changed.data["before"] == {"title": "실습 파일은 어디에 있나요?", "body": "교재 **3장**입니다."}
    assert changed.data["after"] == {"title": "실습 파일", "body": "4장입니다."}
    assert question.edited_at is not None
    with pytest.raises(Refused, match="who wrote it"):
        posting.edit(db, here.cleo.id, question, "다른 제목", "다른 글")


@pytest.mark.parametrize(
    ("title", "body", "why"), [("", "글", "title"), ("제목", " \n", "first"), ("제목", "가" * 10_001, "10000")]
)
def test_nothing_is_put_up_without_title_or_words_or_too_long(
    db: Session, here: Here, title: str, body: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        posting.post(db, here.cleo.id, here.run, PostKind.NOTICE, title, body)
    assert queries.threads(db, here.run.id) == ([], False)


@pytest.mark.parametrize("state", [RunState.CLOSED, RunState.CANCELLED])
def test_a_board_of_a_run_that_is_over_is_only_read(db: Session, here: Here, state: RunState) -> None:
    question = here.asked()
    here.run.state = state
    db.commit()
    for attempt in (
        lambda: here.told(),
        lambda: posting.answer(db, here.cleo.id, question, "늦은 답"),
        lambda: posting.edit(db, here.ana.id, question, "늦은 제목", "늦은 글"),
        lambda: posting.hide(db, here.cleo.id, question, "늦음"),
    ):
        with pytest.raises(Refused, match="over"):
            attempt()
    assert queries.open_questions(db, [here.run.id]) == {}


def test_five_hundred_posts_come_page_by_page_in_one_statement(db: Session, here: Here) -> None:
    for number in range(500):
        posting.post(db, here.cleo.id, here.run, PostKind.NOTICE, f"공지 {number}", "글")
    db.commit()
    seen: list[str] = []
    before = None
    while True:
        page, more = queries.threads(db, here.run.id, before)
        seen += [one.title for one in page]
        if not more:
            break
        assert len(page) == 50
        before = page[-1].id
    assert seen == [f"공지 {number}" for number in reversed(range(500))]
