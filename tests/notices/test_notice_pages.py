"""The inbox, the bell, who was told what, and a message to all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.events.models import Event
from courses.notices.actions import MANY, Letter, tell
from courses.notices.models import Message, MessageState, Notice, NoticeKind
from courses.notices.occasions import Note, look_up
from courses.notices.queries import PAGE, failures
from courses.people.models import Person
from courses.people.preferences import preference
from courses.scheduling.models import Run
from lms.jobs.models import Job
from tests import factories
from tests.client import Browser


@pytest.fixture
def run(db: Session) -> Run:
    return factories.a_run(db)


def told(db: Session, person: Person, run: Run, kind: NoticeKind = NoticeKind.PROMOTED, **more: Any) -> Notice:
    """A notice that came in just now, with its mail."""
    number = len(db.scalars(select(Notice)).all())
    note = Note(f"test:{number}", kind, person.id, run.id, look_up(db, [run.id]).facts(run.id) | more)
    tell(db, [(note, [Letter(person.mail or "", person.name, "ko", "제목", "본문")])])
    db.commit()
    return db.scalars(select(Notice).where(Notice.key == note.key)).one()


def test_the_bell_counts_what_is_new_until_it_is_read(client: Browser, db: Session, ana: Person, run: Run) -> None:
    first, _ = told(db, ana, run), told(db, ana, run, NoticeKind.REMINDER, days=3)
    client.sign_in(ana)
    assert "Notices, 2 are new" in client.get("/certificates").text
    page = client.get("/notices").text
    assert "A seat came free and is yours: 엑셀 기초" in page
    assert "Starts in 3 days: 엑셀 기초" in page
    answer = client.post(f"/notices/{first.id}/reading")
    assert answer.location == f"/runs/{run.id}"
    assert "Notices, 1 is new" in client.get("/certificates").text
    client.post("/notices/reading")
    assert 'aria-label="Notices"' in client.get("/certificates").text


def test_a_fragment_asks_for_no_count(client: Browser, db: Session, ana: Person, run: Run) -> None:
    told(db, ana, run)
    answer = client.sign_in(ana).get("/runs", headers={"HX-Request": "true", "HX-Target": "div#results"})
    assert "are new" not in answer.text
    assert "is new" not in answer.text


@pytest.mark.parametrize(
    ("kind", "facts", "leads_to"),
    [
        (NoticeKind.CLOSED, {"outcome": "completed", "enrolment": 7}, "/enrolments/7/completion"),
        (NoticeKind.CERTIFICATE, {"certificate": "제2026-1호", "id": 5}, "/certificates#c5"),
        (NoticeKind.WRITTEN, {"subject": "준비물", "body": "신분증"}, "/runs/{run}"),
    ],
)
def test_each_leads_to_its_thing(
    client: Browser, db: Session, ana: Person, run: Run, kind: NoticeKind, facts: dict[str, Any], leads_to: str
) -> None:
    notice = told(db, ana, run, kind, **facts)
    answer = client.sign_in(ana).post(f"/notices/{notice.id}/reading")
    assert answer.location == leads_to.format(run=run.id)


def test_a_long_inbox_has_pages(client: Browser, db: Session, ana: Person, run: Run) -> None:
    for _ in range(PAGE + 1):
        told(db, ana, run)
    client.sign_in(ana)
    assert client.get("/notices").text.count('class="new"') == PAGE
    assert client.get("/notices?page=2").text.count('class="new"') == 1


def test_an_empty_inbox_says_so(client: Browser, ana: Person) -> None:
    assert "Nothing to tell you" in client.sign_in(ana).get("/notices").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_kind_has_words(client: Browser, db: Session, ana: Person, run: Run, language: str) -> None:
    facts = {
        "days": 1,
        "subject": "s",
        "outcome": "not_completed",
        "enrolment": 1,
        "id": 1,
        "certificate": "1",
        "moved": [],
        "until": "2026-11-30T09:00:00+00:00",
        "applicant": "홍길동",
        "due_on": "2026-10-31",
        "taken": 3,
        "minimum": 10,
        "away_from": "2026-11-20",
        "away_until": None,
        "department": "총무과",
        "since": "2026-11-20",
        "hours": "4",
    }
    for kind in NoticeKind:
        told(db, ana, run, kind, **facts)
    client.sign_in(ana, language)
    pages = -(-len(NoticeKind) // PAGE)
    page = "".join(client.get(f"/notices?page={number}").text for number in range(1, pages + 1))
    assert page.count('class="to"') == len(NoticeKind)
    assert ("엑셀 기초" in page, "%(" in page) == (True, False)


def test_one_chooses_which_groups_come_by_mail(client: Browser, db: Session, ana: Person) -> None:
    client.sign_in(ana)
    assert client.get("/my-settings/notices").text.count(" checked") == 6
    client.post("/my-settings/notices", data={"mail": ["changes", "results"]})
    assert preference(db, ana.id).no_mail == {"seats", "tasks", "reminders", "messages"}
    assert client.get("/my-settings/notices").text.count(" checked") == 2
    client.post("/my-settings/notices", data={})
    assert len(preference(db, ana.id).no_mail) == 6
    client.post("/my-settings/notices", 422, data={"mail": ["everything"]})


def test_the_officer_sees_who_was_told_and_sends_failed_mail_again(
    client: Browser, db: Session, ana: Person, dan: Person, run: Run
) -> None:
    told(db, ana, run)
    message = db.scalars(select(Message)).one()
    client.sign_in(dan).post(f"/messages/{message.id}/sending", 409)
    message.state, message.error = MessageState.FAILED, "550 No such user"
    db.commit()
    page = client.get(f"/runs/{run.id}/notices").text
    assert "1 mail could not be delivered" in page
    assert "550 No such user" in page
    assert [row.name for row in failures(db)] == [ana.name]
    client.post(f"/messages/{message.id}/sending")
    assert db.get_one(Message, message.id).state is MessageState.WAITING
    assert [job.args for job in db.scalars(select(Job).where(Job.name == "mail"))] == [{"ids": [message.id]}]
    assert not failures(db)


def test_a_message_to_few_goes_at_once(client: Browser, db: Session, ana: Person, dan: Person, run: Run) -> None:
    factories.an_enrolment(db, run, ana)
    client.sign_in(dan)
    written = {"subject": "준비물", "body": "신분증을\r\n가져오십시오."}
    preview = client.post(f"/runs/{run.id}/message", 200, data={**written, "preview": "1"}).text
    assert "엑셀 기초: 준비물" in preview
    assert writings(db) == []
    client.post(f"/runs/{run.id}/message", data=written)
    assert writings(db) == [{"subject": "준비물", "body": "신분증을\n가져오십시오."}]


def test_a_message_to_nobody_is_none(client: Browser, db: Session, dan: Person, run: Run) -> None:
    client.sign_in(dan).post(f"/runs/{run.id}/message", 409, data={"subject": "준비물", "body": "신분증"})
    assert writings(db) == []


def test_a_message_to_many_is_looked_at_first(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=MANY + 1)
    for number in range(MANY + 1):
        factories.an_enrolment(db, run, factories.a_person(db, f"직원{number}"))
    client.sign_in(dan)
    written = {"subject": "준비물", "body": "신분증"}
    page = client.post(f"/runs/{run.id}/message", 200, data=written).text
    assert "51 people get this message" in page
    assert writings(db) == []
    (mark,) = re.findall(r'name="checked" value="(\w+)"', page)
    client.post(f"/runs/{run.id}/message", 200, data={"subject": "준비물", "body": "도시락", "checked": mark})
    assert writings(db) == []
    client.post(f"/runs/{run.id}/message", data={**written, "checked": mark})
    assert writings(db) == [written]


def test_an_empty_message_goes_to_nobody(client: Browser, db: Session, ana: Person, dan: Person, run: Run) -> None:
    factories.an_enrolment(db, run, ana)
    page = client.sign_in(dan).post(f"/runs/{run.id}/message", 422, data={"subject": "", "body": "신분증"}).text
    assert "신분증" in page
    assert writings(db) == []


def test_others_have_no_business_here(client: Browser, db: Session, ana: Person, eve: Person, run: Run) -> None:
    notice = told(db, ana, run)
    message = db.scalars(select(Message)).one()
    client.sign_in(eve)
    assert "엑셀 기초" not in client.get("/notices").text
    client.post(f"/notices/{notice.id}/reading", 404)
    client.post("/notices/reading")
    assert db.get_one(Notice, notice.id).read_at is None
    for path in (f"/runs/{run.id}/notices", f"/runs/{run.id}/message"):
        client.get(path, 403)
    client.post(f"/runs/{run.id}/message", 403, data={"subject": "a", "body": "b"})
    client.post(f"/messages/{message.id}/sending", 403)


def writings(db: Session) -> list[dict[str, Any]]:
    return [event.data for event in db.scalars(select(Event).where(Event.kind == "written"))]
