"""Mail as it goes out: over a real SMTP conversation, and as MIME."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from courses import clock
from courses.enrolment import actions as enrolment
from courses.notices.actions import send_again
from courses.notices.models import Message, MessageState
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.jobs.queue import later
from lms.mail import Mail, Undeliverable, message
from tests import factories
from tests.notices.office import Office


class Post:
    """A mail server that remembers what it took. `says` answers recipients otherwise."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.says: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802  # the name the server calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # the same
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def served(office: Office, post: Post) -> Iterator[Office]:
    """The office with a mail server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(post, hostname="127.0.0.1", port=port)
    server.start()
    yield replace(office, config=replace(office.config, smtp_url=f"smtp://127.0.0.1:{port}"))
    server.stop()


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미")


@pytest.fixture
def run(office: Office) -> Run:
    return office.run()


def a_mail(**fields: Any) -> Mail:
    usual = {
        "key": "k1",
        "to": ("홍길동", "hong@city.example"),
        "sender": ("한빛시", "lms@city.example"),
        "subject": "안내: ‘엑셀’ 과정",
        "body": "안녕하십니까.\n",
        "written_at": clock.now(),
    }
    return Mail(**{**usual, **fields})


def test_an_invitation_arrives_by_smtp(served: Office, post: Post, amy: Person, run: Run) -> None:
    served.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (mail,) = post.taken
    (stored,) = served.messages()
    assert mail["Subject"] == "수강이 확정되었습니다: 엑셀 기초"
    assert mail["Message-ID"] == f"<{stored.key}@city.example>"
    assert mail["From"] == "우리 기관 <training@city.example>"
    parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/calendar", "text/calendar"]
    assert stored.state is MessageState.SENT


def test_an_address_that_is_refused_fails_and_can_be_tried_again(
    served: Office, post: Post, amy: Person, run: Run
) -> None:
    post.says[amy.mail or ""] = "550 No such user"
    served.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (failed,) = served.messages()
    assert (failed.state, failed.error) == (MessageState.FAILED, "550 No such user")
    post.says.clear()

    def again(db: Any) -> None:
        send_again(db, amy.id, db.get_one(Message, failed.id))
        later(db, "mail", ids=[failed.id])

    served.after(again)
    (message,) = served.messages()
    assert (message.state, message.error, len(post.taken)) == (MessageState.SENT, "", 1)


def test_one_who_is_not_taken_now_holds_up_nobody_else(served: Office, post: Post, run: Run) -> None:
    people = [factories.a_person(served.db, name) for name in ("가나", "다라", "마바")]
    post.says[people[0].mail or ""] = "450 Try later"

    def all_in(db: Any) -> None:
        for person in people:
            enrolment.enrol(db, None, run.id, person.id)

    served.after(all_in)
    assert [one.state for one in served.messages()] == [MessageState.WAITING, MessageState.SENT, MessageState.SENT]
    post.says.clear()
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        served.work()
    assert [one.state for one in served.messages()] == [MessageState.SENT] * 3
    assert len(post.taken) == 3


def test_without_a_server_mail_waits_longer_and_longer_and_then_fails(office: Office, amy: Person, run: Run) -> None:
    office.config = replace(office.config, smtp_url="smtp://127.0.0.1:1")
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    assert (office.messages()[0].state, office.messages()[0].attempts) == (MessageState.WAITING, 1)
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        assert office.work() == 0
    for hours in range(1, 7):
        with clock.frozen(clock.now() + timedelta(hours=13 * hours)):
            assert office.work() == 1
    (message,) = office.messages()
    assert (message.state, message.attempts) == (MessageState.FAILED, 7)
    assert "refused" in message.error


@pytest.mark.parametrize(
    "nasty", ["한글\r\nBcc: eve@evil.example", "한글\nBcc: eve@evil.example", "a\x00b", "=?utf-8?q?x?="]
)
def test_no_header_can_be_slipped_in(nasty: str) -> None:
    raw = message(a_mail(subject=nasty, to=(nasty, "hong@city.example"), sender=(nasty, "lms@city.example"))).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read["To"].addresses[0].addr_spec == "hong@city.example"
    assert sorted(read.keys())[:3] == ["Auto-Submitted", "Content-Transfer-Encoding", "Content-Type"]


@pytest.mark.parametrize("address", ["a@[", "", "hong", "a@b\r\nBcc: c@d", "a@b, c@d", "홍@city.example", "<a@b>"])
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(Undeliverable):
        message(a_mail(to=("홍길동", address)))


def test_korean_headers_survive_the_seven_bits_of_mail() -> None:
    raw = message(a_mail(subject="아주 긴 제목 " * 12)).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == ("아주 긴 제목 " * 12).strip()
    assert read["To"].addresses[0].display_name == "홍길동"
    assert read.get_content().splitlines() == ["안녕하십니까."]
