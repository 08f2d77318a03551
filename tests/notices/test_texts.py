"""Text messages: how long, to whom, handed over once."""

from __future__ import annotations

import pytest

from courses.enrolment import actions as enrolment
from courses.errors import Refused
from courses.notices import texts
from courses.notices.models import Channel, MessageState, NoticeKind
from courses.people.models import Person
from courses.people.preferences import prefer
from tests import factories
from tests.notices.office import Office


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미", language="ko", employee_no="20010001")


def choose(office: Office, actor: Person, *kinds: NoticeKind) -> None:
    office.act(lambda db: texts.choose_text_kinds(db, actor.id, kinds))


def test_bytes_are_those_of_telephones() -> None:
    assert [texts.size(words) for words in ("abc", "가나", "가 a", "😀")] == [3, 4, 4, 2]
    assert not texts.is_long("가" * 45)
    assert texts.is_long("가" * 45 + "a")


def test_a_short_message_takes_as_many_lines_as_there_is_room_for() -> None:
    words = texts.fitted("한빛시", "수강이 확정되었습니다: 엑셀", ["장소: 본관", "나" * 60])
    assert words == "[한빛시] 수강이 확정되었습니다: 엑셀\n장소: 본관"
    assert not texts.is_long(words)


def test_the_sender_gives_way_before_it_becomes_long() -> None:
    headline = "가" * 44
    assert texts.fitted("한빛시", headline, ["줄"]) == headline


def test_what_cannot_be_short_is_long_and_has_all_of_it() -> None:
    words = texts.fitted("한빛시", "가" * 50, ["장소: 본관"])
    assert words == "[한빛시] " + "가" * 50 + "\n장소: 본관"
    assert texts.is_long(words)
    huge = texts.fitted("한빛시", "가" * 50, ["나" * 3000])
    assert texts.LONG - 4 <= texts.size(huge) <= texts.LONG
    assert huge.endswith("…")


def test_chosen_kinds_go_as_text_messages_to_who_has_an_employee_number(office: Office, amy: Person) -> None:
    guest = factories.a_person(office.db, "외부인", external=True)
    run = office.run()
    choose(office, amy, NoticeKind.ENROLLED)
    for person in (amy, guest):
        office.after(lambda db, person=person: enrolment.enrol(db, None, run.id, person.id))  # type: ignore[misc]  # bound now
    texted = [one for one in office.messages() if one.channel is Channel.TEXT]
    assert [(one.address, one.state, one.name) for one in texted] == [("20010001", MessageState.WAITING, "김에이미")]
    assert texted[0].body.startswith("[우리 기관] 수강이 확정되었습니다: 엑셀 기초")
    assert len(office.messages()) == 3


def test_what_one_does_alone_is_no_text_message(office: Office, amy: Person) -> None:
    run = office.run()
    choose(office, amy, NoticeKind.ENROLLED)
    office.act(lambda db: prefer(db, amy.id, amy.id, no_mail=["seats"]))
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    assert office.messages() == []


def test_each_is_handed_over_once(office: Office, amy: Person) -> None:
    run, officer = office.run(), factories.a_person(office.db, "최담당", roles=["officer"])
    choose(office, amy, NoticeKind.ENROLLED, NoticeKind.WITHDRAWN)
    seat = office.after(lambda db: enrolment.enrol(db, officer.id, run.id, amy.id)).id
    first = office.act(lambda db: texts.hand_over(db, officer.id))
    with pytest.raises(Refused, match="No text message waits"):
        office.act(lambda db: texts.hand_over(db, officer.id))
    office.after(lambda db: enrolment.withdraw(db, officer.id, seat, reason="출장"))
    second = office.act(lambda db: texts.hand_over(db, officer.id))
    with office.database.look() as db:
        lines = {batch: [line.kind for line in texts.lines(db, batch)] for batch in (first, second)}
        assert [batch.lines for batch in texts.batches(db)] == [1, 1]
    assert lines == {first: [NoticeKind.ENROLLED], second: [NoticeKind.WITHDRAWN]}
    states = {one.state for one in office.messages() if one.channel is Channel.TEXT}
    assert states == {MessageState.SENT}
