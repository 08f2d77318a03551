"""Who is told, and what waits in the work queue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.attendance import door, identity
from courses.enrolment.models import Outcome
from courses.events.facts import DoorAnswered, DoorAsked, IdentityChecked, IdentitySettled
from courses.notices import at_door
from courses.notices.models import NoticeKind
from courses.notices.words import headline, lines
from courses.people.models import Person
from courses.reporting.queue import Task, counts
from lms.letters import path_of
from tests.assessment.test_notices import happened
from tests.checkin.conftest import Class
from tests.client import Browser


def test_officers_are_told_of_who_asks_and_the_instructor_of_the_answer(
    db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    request = door.ask(db, cleo.id, course.today.id, eve.id, "늦게 선정됨")
    (asked,) = at_door.of_requests(db, happened(db, DoorAsked))
    assert (asked.kind, asked.person_id, path_of(asked)) == (NoticeKind.DOOR, dan.id, "/operations/door")
    door.turn_down(db, dan.id, request.id, "다음 차수로")
    (answered,) = at_door.of_answers(db, happened(db, DoorAnswered))
    assert (answered.person_id, path_of(answered)) == (cleo.id, f"/sessions/{course.today.id}/door")
    said = [str(line) for line in lines(answered.kind, answered.facts)]
    assert {"They get no place.", "Person: 정이브", "Reason: 다음 차수로"} <= set(said)


def test_officers_are_told_of_a_failed_check_and_who_was_named_of_that(
    db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    first, second, _ = course.people
    identity.by_colleague(db, cleo.id, course.today.id, first.id, second.id)
    identity.fail(db, cleo.id, course.today.id, second.id, "이름을 몰랐음")
    (note, named) = at_door.of_checks(db, happened(db, IdentityChecked))
    assert (note.kind, note.person_id) == (NoticeKind.IDENTITY, dan.id)
    assert (named.kind, named.person_id) == (NoticeKind.VOUCHED, second.person_id)
    assert f"Person: {db.get_one(Person, first.person_id).name}" in {
        str(line) for line in lines(named.kind, named.facts)
    }
    assert "could not show" in str(headline(note.kind, note.facts))
    assert "이름을 몰랐음" not in str(note.facts)  # what was seen is read where it is decided


def test_who_is_expelled_is_told_why_and_when_it_is_taken_back(
    db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    identity.decide(db, dan.id, check.id, expel=True, reason="본인 인정")
    assert course.people[0].outcome is Outcome.EXPELLED
    identity.take_back(db, dan.id, check.id, "동명이인이었음")
    assert (course.people[0].outcome, check.expelled) == (None, False)
    notes = at_door.of_decisions(db, happened(db, IdentitySettled))
    assert [(one.kind, one.person_id) for one in notes] == [
        (NoticeKind.EXPELLED, course.people[0].person_id),
        (NoticeKind.REINSTATED, course.people[0].person_id),
    ]
    for one, reason in zip(notes, ("본인 인정", "동명이인이었음"), strict=True):
        assert f"Reason: {reason}" in {str(line) for line in lines(one.kind, one.facts)}


def test_a_matter_that_rests_is_no_news(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    identity.decide(db, dan.id, check.id, expel=False, reason="착오")
    assert at_door.of_decisions(db, happened(db, IdentitySettled)) == []


def test_an_expulsion_is_taken_back_with_a_reason_by_officers(
    client: Browser, db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    identity.decide(db, dan.id, check.id, expel=True, reason="본인 인정")
    db.commit()
    path = f"/identity-checks/{check.id}/withdrawal"
    client.sign_in(cleo).post(path, 403, data={"reason": "x"})
    client.sign_in(dan).post(path, 409, data={"reason": ""})
    assert f'action="{path}"' in client.get("/operations/door").text
    client.post(path, data={"reason": "동명이인이었음"})
    assert f'action="{path}"' not in client.get("/operations/door").text
    client.post(path, 409, data={"reason": "한 번 더"})


def test_what_waits_at_doors_stands_in_the_work_queue(
    client: Browser, db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    assert Task.DOOR not in {count.task for count in counts(db)}
    request = door.ask(db, cleo.id, course.today.id, eve.id, "늦게 선정됨")
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    db.commit()
    (waiting,) = [count for count in counts(db) if count.task is Task.DOOR]
    assert (waiting.things, waiting.people) == (1, 2)
    assert 'href="/operations/door"' in client.sign_in(dan).get("/operations").text
    assert "엑셀 기초" in client.get("/operations/work/door").text
    door.grant(db, dan.id, request.id)
    identity.decide(db, dan.id, check.id, expel=False, reason="착오")
    assert Task.DOOR not in {count.task for count in counts(db)}
