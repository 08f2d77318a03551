"""The board as its people see it: Ana in the run, Cleo who teaches it, Dan; and Eve, who has no place in it."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.board import posting
from courses.board.models import Material, Post
from courses.catalogue.models import Course
from courses.people.models import Person
from courses.scheduling.models import RunState
from lms.web.board import sending
from tests import factories
from tests.board.scenes import Here, a_board
from tests.client import Browser

PDF = b"%PDF-1.7\n"


@pytest.fixture
def here(db: Session, ana: Person, cleo: Person) -> Here:
    return a_board(db, ana, cleo)


def test_ana_asks_cleo_answers_and_it_is_counted(client: Browser, db: Session, here: Here) -> None:
    board = f"/runs/{here.run.id}/board"
    client.sign_in(here.ana).post(board, data={"kind": "question", "title": "파일", "body": "어디에 <b>있나요</b>?"})
    question = db.scalars(select(Post)).one()
    teaching = client.sign_in(here.cleo).get("/teaching?list=1").text
    assert "Open questions: 1" in teaching
    assert f"/board/{question.id}" in teaching
    assert "No answer yet" in client.get(board).text
    client.post(f"/board/{question.id}/answers", data={"body": "**공용** 폴더"})
    page = client.sign_in(here.ana).get(f"/board/{question.id}").text
    assert "<strong>공용</strong>" in page
    assert "&lt;b&gt;있나요" in page
    assert "Open questions" not in client.sign_in(here.cleo).get("/teaching?list=1").text
    answer = db.scalars(select(Post).where(Post.question_id == question.id)).one()
    assert client.get(f"/board/{answer.id}", status=303).location == f"/board/{question.id}"


def test_only_who_teaches_puts_up_notices_and_hides(client: Browser, db: Session, here: Here, dan: Person) -> None:
    board, told = f"/runs/{here.run.id}/board", here.told()
    client.sign_in(here.ana).post(board, 404, data={"kind": "notice", "title": "공지", "body": "글"})
    client.post(f"/board/{told.id}/hiding", 403, data={"reason": "싫어요"})
    assert "Put up a notice" not in client.get(board).text
    client.sign_in(dan).post(f"/board/{told.id}/hiding", 422, data={"reason": ""})
    client.post(f"/board/{told.id}/hiding", data={"reason": "날짜가 틀림"})
    page = client.sign_in(here.ana).get(f"/board/{told.id}").text
    assert "날짜가 틀림" in page
    assert "충전기도요" not in page
    assert db.get_one(Post, told.id).hidden_by == dan.id


def test_who_teaches_another_run_hides_nothing_here(client: Browser, db: Session, here: Here) -> None:
    other = factories.a_person(db, "다른 강사", roles=["instructor"])
    factories.a_run(db, instructors=[other])
    client.sign_in(other).post(f"/board/{here.told().id}/hiding", 404, data={"reason": "아무거나"})


def test_one_changes_ones_own_words(client: Browser, db: Session, here: Here) -> None:
    question = here.asked()
    answer = posting.answer(db, here.cleo.id, question, "공용 폴더")
    db.commit()
    client.sign_in(here.ana).get(f"/board/{question.id}/text")
    client.post(f"/board/{question.id}/text", data={"title": "새 제목", "body": "새 글"})
    assert "새 제목" in client.get(f"/board/{question.id}").text
    client.get(f"/board/{answer.id}/text", status=404)
    client.sign_in(here.cleo).post(f"/board/{answer.id}/text", data={"body": "개인 폴더"})
    assert "개인 폴더" in client.get(f"/board/{question.id}").text
    client.post(f"/board/{answer.id}/text", 422, data={"body": ""})


def test_eve_sees_nothing_of_it(client: Browser, db: Session, here: Here, eve: Person) -> None:
    question = here.asked()
    client.sign_in(here.cleo).post(
        f"/runs/{here.run.id}/materials", data={"file": (BytesIO(PDF), "교재.pdf"), "title": ""}
    )
    file = db.scalars(select(Material)).one()
    client.sign_in(eve)
    for path in (f"/runs/{here.run.id}/board", f"/board/{question.id}", f"/runs/{here.run.id}/materials/{file.id}"):
        client.get(path, status=404)
    client.post(f"/board/{question.id}/answers", 404, data={"body": "글"})
    client.post(f"/runs/{here.run.id}/board", 404, data={"kind": "question", "title": "제목", "body": "글"})
    assert f"/runs/{here.run.id}/board" not in client.get(f"/runs/{here.run.id}").text
    waiting = factories.an_enrolment(db, here.run, eve, status="waitlisted")
    assert waiting.id
    client.get(f"/runs/{here.run.id}/board", status=404)


def test_a_file_is_for_one_run_or_for_all_of_the_course(client: Browser, db: Session, here: Here) -> None:
    other = factories.a_run(db, db.get_one(Course, here.run.course_id))
    factories.an_enrolment(db, other, here.ana)
    sent = f"/runs/{here.run.id}/materials"
    client.sign_in(here.cleo).post(sent, data={"file": (BytesIO(PDF), "이번.pdf"), "title": ""})
    client.post(sent, data={"file": (BytesIO(PDF), "교재.pdf"), "title": "교재 2026", "everywhere": "y"})
    first, second = db.scalars(select(Material).order_by(Material.id))
    client.sign_in(here.ana)
    page = client.get(f"/runs/{other.id}/board").text
    assert "교재 2026" in page
    assert "이번.pdf" not in page
    answer = client.get(f"/runs/{other.id}/materials/{second.id}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    client.get(f"/runs/{other.id}/materials/{first.id}", status=404)
    client.post(f"/runs/{here.run.id}/materials/{first.id}/removal", 403)
    client.sign_in(here.cleo).post(f"/runs/{here.run.id}/materials/{first.id}/removal")
    client.get(f"/runs/{here.run.id}/materials/{first.id}", status=404)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "빈.pdf", "is empty"),
        (b"MZ\x90\x00", "교재.pdf", "is no PDF"),
        (b"<svg/>", "그림.svg", "is no PDF"),
        (PDF + b"0" * 20, "큰.pdf", "larger than 20 MB"),
        (PDF, "", "Choose a file"),
    ],
)
def test_a_file_is_told_by_its_content_and_size(
    client: Browser,
    db: Session,
    here: Here,
    content: bytes,
    name: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "MEGABYTE", 1)
    sent = {"file": (BytesIO(content), name), "title": ""}
    page = client.sign_in(here.cleo).post(f"/runs/{here.run.id}/materials", 409, data=sent)
    assert why in page.text
    assert not db.scalars(select(Material)).all()


def test_when_the_run_is_over_it_can_only_be_read(client: Browser, db: Session, here: Here) -> None:
    question = here.asked()
    here.run.state = RunState.CLOSED
    db.commit()
    page = client.sign_in(here.ana).get(f"/runs/{here.run.id}/board").text
    assert "can be read" in page
    assert question.title in page
    assert "<textarea" not in page + client.get(f"/board/{question.id}").text
    refused = client.post(f"/board/{question.id}/answers", 409, data={"body": "늦은 글"}).text
    assert "can be read" in refused
