"""The outbox: what waits, was sent or failed, by channel; retried and handed over by officers alone."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.notices import texts
from courses.notices.actions import Letter, tell
from courses.notices.models import Channel, Message, MessageState, NoticeKind
from courses.notices.occasions import Note, look_up
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.jobs.models import Job
from tests import factories
from tests.client import Browser


@pytest.fixture
def run(db: Session) -> Run:
    return factories.a_run(db)


def sent(db: Session, person: Person, run: Run, *letters: Letter, key: str = "k") -> list[Message]:
    """The messages of one notice."""
    tell(db, [(Note(key, NoticeKind.PROMOTED, person.id, run.id, look_up(db, [run.id]).facts(run.id)), letters)])
    db.commit()
    return list(db.scalars(select(Message).order_by(Message.id.desc()).limit(len(letters))))


def mail(person: Person) -> Letter:
    return Letter(person.mail or "", person.name, "ko", "제목", "본문")


def text_message(person: Person, words: str = "빈자리가 났습니다") -> Letter:
    return Letter(person.employee_no or "", person.name, "ko", "", words, channel=Channel.TEXT)


def test_both_channels_are_counted_and_filtered(
    client: Browser, db: Session, ana: Person, dan: Person, run: Run
) -> None:
    sent(db, ana, run, mail(ana), text_message(ana))
    client.sign_in(dan)
    page = client.get("/operations/outbox").text
    assert "Hand over 1 text message" in page
    assert page.count("<tr>") == 3
    assert client.get("/operations/outbox?channel=text").text.count("<tr>") == 2
    assert "No message fits" in client.get("/operations/outbox?state=failed").text
    assert client.get("/operations/outbox?channel=pigeon&state=x&before=y").text.count("<tr>") == 3


def test_a_message_is_shown_as_it_goes_out(client: Browser, db: Session, ana: Person, dan: Person, run: Run) -> None:
    (message,) = sent(db, ana, run, text_message(ana, "가" * 60))
    page = client.sign_in(dan).get(f"/operations/outbox/{message.id}").text
    assert "가" * 60 in page
    assert "(LMS)" in page
    assert "120 bytes" in page
    client.get("/operations/outbox/999999", 404)


def test_text_messages_are_handed_over_once_and_the_file_can_be_fetched_again(
    client: Browser, db: Session, ana: Person, eve: Person, dan: Person, run: Run
) -> None:
    sent(db, ana, run, text_message(ana), key="a")
    sent(db, eve, run, text_message(eve, "=1+1"), key="b")
    client.sign_in(dan)
    client.post("/operations/outbox/texts")
    client.post("/operations/outbox/texts", 409)
    files = [client.get("/operations/outbox/texts/1.xlsx").data for _ in range(2)]
    rows = [
        [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(one)).active.rows] for one in files
    ]
    assert rows[0] == rows[1]
    assert [row[:4] for row in rows[0][1:]] == [
        [ana.employee_no, ana.name, "빈자리가 났습니다", "SMS"],
        [eve.employee_no, eve.name, "=1+1", "SMS"],
    ]
    client.get("/operations/outbox/texts/2.xlsx", 404)
    assert [batch.lines for batch in texts.batches(db)] == [2]


def test_failed_mail_is_tried_again_one_by_one_and_all_at_once(
    client: Browser, db: Session, ana: Person, eve: Person, dan: Person, run: Run
) -> None:
    messages = [*sent(db, ana, run, mail(ana), key="a"), *sent(db, eve, run, mail(eve), key="b")]
    for message in messages:
        message.state, message.error = MessageState.FAILED, "550 No such user"
    db.commit()
    client.sign_in(dan)
    assert "550 No such user" in client.get("/operations/outbox").text
    answer = client.post(f"/messages/{messages[0].id}/sending", data={"back": "/operations/outbox"})
    assert answer.location == "/operations/outbox"
    client.post("/operations/outbox/sending")
    assert set(db.scalars(select(Message.state))) == {MessageState.WAITING}
    jobs = db.scalars(select(Job.args).where(Job.name == "mail").order_by(Job.id)).all()
    assert [job["ids"] for job in jobs] == [[messages[0].id], [messages[1].id]]


def test_the_text_kinds_are_chosen_by_administrators(client: Browser, db: Session) -> None:
    fay = factories.a_person(db, "한페이", roles=["administrator"])
    client.sign_in(fay).post("/settings/wordings", data={"text": ["offered", "moved", "nonsense"]})
    assert texts.text_kinds(db) == {NoticeKind.OFFERED, NoticeKind.MOVED}
    assert client.get("/settings/wordings").text.count(" checked") == 2


def test_the_outbox_is_the_officers(client: Browser, db: Session, ana: Person, eve: Person, run: Run) -> None:
    (message,) = sent(db, ana, run, text_message(ana))
    client.sign_in(eve)
    for path in ("/operations/outbox", f"/operations/outbox/{message.id}", "/operations/outbox/texts/1.xlsx"):
        client.get(path, 403)
    client.post("/operations/outbox/texts", 403)
    client.post("/operations/outbox/sending", 403)
