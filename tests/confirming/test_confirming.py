"""A second person confirms weighty steps, by setting; nobody confirms what they asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.completion.actions import close
from courses.completion.pinning import pin
from courses.completion.reopening import REOPENING, reopen
from courses.confirming import queries
from courses.confirming.actions import confirm, decline
from courses.confirming.models import Confirmation, State
from courses.enrolment.models import Enrolment
from courses.errors import Conflict, Refused
from courses.events.models import Event
from courses.notices.confirming import of_asked, of_confirmed, of_declined, of_reopenings
from courses.people.actor import load_actor
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import change_organisation, organisation
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run, mark


@pytest.fixture
def gus(db: Session) -> Person:
    """Another training officer."""
    return factories.a_person(db, "구담당", unit=factories.a_unit(db, "재무과", "재무국"), roles=["officer"])


@pytest.fixture
def mia(db: Session) -> Person:
    """The head of the officer's department."""
    return factories.a_person(db, "민과장", unit=factories.a_unit(db, "교육과"), roles=["head"])


@pytest.fixture
def run(db: Session, ana: Person, dan: Person) -> Run:
    """A closed run, in an organisation that wants a second person."""
    change_organisation(db, dan.id, replace(organisation(db), second_person=True))
    run = a_past_run(db)
    mark(db, factories.an_enrolment(db, run, ana), dan)
    close(db, dan.id, run)
    db.commit()
    return run


def kinds(db: Session) -> list[str]:
    steps = ["step_asked", "step_confirmed", "step_declined", "run_reopened"]
    return list(db.scalars(select(Event.kind).where(Event.kind.in_(steps)).order_by(Event.id)))


def test_without_the_setting_the_step_is_taken_at_once(db: Session, run: Run, dan: Person) -> None:
    change_organisation(db, dan.id, replace(organisation(db), second_person=False))
    done = reopen(db, dan.id, run, "점수가 틀렸습니다")
    assert (done.state, done.decided_by, run.state) == (State.CONFIRMED, None, RunState.PUBLISHED)
    assert kinds(db) == ["run_reopened"]


def test_with_it_the_step_waits_and_is_taken_once_somebody_else_confirms(
    db: Session, run: Run, dan: Person, gus: Person
) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    assert (asked.state, run.state) == (State.ASKED, RunState.CLOSED)
    confirm(db, gus.id, asked.id)
    assert (asked.state, asked.decided_by, run.state) == (State.CONFIRMED, gus.id, RunState.PUBLISHED)
    assert kinds(db) == ["step_asked", "step_confirmed", "run_reopened"]
    reopened = db.scalars(select(Event).where(Event.kind == "run_reopened")).one()
    assert reopened.actor_id == dan.id


def test_nobody_confirms_what_they_asked_for(db: Session, run: Run, dan: Person) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    with pytest.raises(Refused, match="Somebody else"):
        confirm(db, dan.id, asked.id)
    assert (asked.state, run.state) == (State.ASKED, RunState.CLOSED)


def test_a_step_is_asked_for_once_with_a_reason(db: Session, run: Run, dan: Person, gus: Person) -> None:
    with pytest.raises(Refused, match="Say why"):
        reopen(db, dan.id, run, " ")
    reopen(db, dan.id, run, "점수가 틀렸습니다")
    with pytest.raises(Refused, match="waits for a second person already"):
        reopen(db, gus.id, run, "저도요")


def test_declining_needs_a_reason_unless_one_takes_it_back(db: Session, run: Run, dan: Person, gus: Person) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    with pytest.raises(Refused, match="Say why"):
        decline(db, gus.id, asked.id)
    decline(db, gus.id, asked.id, "점수는 맞습니다")
    assert (asked.state, asked.answer, run.state) == (State.DECLINED, "점수는 맞습니다", RunState.CLOSED)
    again = reopen(db, dan.id, run, "다시 확인했습니다")
    decline(db, dan.id, again.id)
    assert again.state is State.DECLINED


@pytest.mark.parametrize("answer", [confirm, decline])
def test_what_is_decided_stays_so(db: Session, run: Run, dan: Person, gus: Person, answer: object) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    confirm(db, gus.id, asked.id)
    with pytest.raises(Conflict):
        answer(db, gus.id, asked.id)  # type: ignore[operator]  # one of the two


def test_a_step_that_became_impossible_is_refused_and_waits_on(db: Session, run: Run, dan: Person, gus: Person) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    db.commit()
    run.state = RunState.PUBLISHED
    db.commit()
    with pytest.raises(Refused, match="Only a closed run"):
        confirm(db, gus.id, asked.id)
    db.rollback()
    assert db.get_one(Confirmation, asked.id).state is State.ASKED


def test_officers_and_the_head_above_see_it(
    db: Session, run: Run, ana: Person, ben: Person, dan: Person, gus: Person, mia: Person
) -> None:
    reopen(db, dan.id, run, "점수가 틀렸습니다")

    def seen(person: Person) -> int:
        actor = load_actor(db, person.id)
        assert actor
        return queries.count(db, visible(actor, Confirmation, Permission.CONFIRM), person.id)

    assert [seen(person) for person in (dan, gus, mia, ben, ana)] == [0, 1, 1, 0, 0]


def test_the_pages_from_both_sides(
    client: Browser, db: Session, run: Run, ana: Person, ben: Person, dan: Person, mia: Person
) -> None:
    answer = client.sign_in(dan).post(f"/runs/{run.id}/reopening", data={"reason": "점수가 틀렸습니다"})
    page = client.get(answer.location).text
    assert "Take it back" in page
    assert "Confirm, and do it now" not in page
    assert "Reopening waits for a second person" in client.get(f"/runs/{run.id}/closing").text
    client.post(f"{answer.location}/confirmation", 409)
    client.sign_in(ana).get(answer.location, 403)
    client.sign_in(ben).get(answer.location, 404)
    client.post(f"{answer.location}/confirmation", 404)
    assert run.state is RunState.CLOSED
    page = client.sign_in(mia).get(answer.location).text
    assert ana.name in page
    assert "점수가 틀렸습니다" in client.get("/confirmations").text
    client.post(f"{answer.location}/confirmation")
    assert db.get_one(Run, run.id).state is RunState.PUBLISHED
    assert "Confirmed" in client.get(answer.location).text


def test_a_head_finds_what_waits_on_the_first_screen_and_at_the_department(
    client: Browser, db: Session, run: Run, ben: Person, mia: Person, dan: Person
) -> None:
    waits, pages = ("Steps to confirm", "/confirmations"), ("/", "/our-department")
    assert reopen(db, dan.id, run, "A mark was wrong") is not None
    db.commit()
    for page in pages:
        assert all(words in client.sign_in(mia).get(page).text for words in waits), page
        assert waits[0] not in client.sign_in(ben).get(page).text, "the head of others"
    decline(db, dan.id, db.scalars(select(Confirmation.id)).one())
    db.commit()
    assert all(waits[0] not in client.sign_in(mia).get(page).text for page in pages)


def test_declining_on_the_page(client: Browser, db: Session, run: Run, mia: Person, dan: Person) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    db.commit()
    client.sign_in(mia).post(f"/confirmations/{asked.id}/refusal", 409)
    client.post(f"/confirmations/{asked.id}/refusal", 422, data={"answer": "가" * 401})
    client.post(f"/confirmations/{asked.id}/refusal", data={"answer": "점수는 맞습니다"})
    assert "점수는 맞습니다" in client.get(f"/confirmations/{asked.id}").text
    assert db.get_one(Confirmation, asked.id).kind == REOPENING


def test_who_is_told(db: Session, run: Run, ana: Person, mia: Person, dan: Person, gus: Person) -> None:
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    fact = {
        "confirmation_id": asked.id,
        "title": asked.title,
        "reason": asked.reason,
        "asker_id": dan.id,
        "answer": "아니요",
        "at": clock.now().isoformat(),
    }
    assert {note.person_id for note in of_asked(db, [fact])} == {gus.id, mia.id}
    assert [note.person_id for note in of_confirmed(db, [{**fact, "actor_id": gus.id}])] == [dan.id]
    assert [note.person_id for note in of_declined(db, [{**fact, "actor_id": gus.id}])] == [dan.id]
    assert not of_declined(db, [{**fact, "actor_id": dan.id}])
    confirm(db, gus.id, asked.id)
    said = db.scalars(select(Event).where(Event.kind == "run_reopened")).one()
    happened = {**said.data, "run_id": run.id, "at": clock.now().isoformat(), "actor_id": dan.id}
    (note,) = of_reopenings(db, [happened])
    enrolment = db.scalars(select(Enrolment).where(Enrolment.run_id == run.id)).one()
    assert (note.person_id, note.facts["enrolment"]) == (ana.id, enrolment.id)


# Stale: what was looked at is what happens


def test_a_request_of_a_former_closing_does_not_undo_a_later_one(
    db: Session, run: Run, dan: Person, gus: Person
) -> None:
    """Reopened otherwise and closed anew meanwhile: nobody asked for that to be undone."""
    asked = reopen(db, dan.id, run, "점수가 틀렸습니다")
    db.commit()
    change_organisation(db, dan.id, replace(organisation(db), second_person=False))
    reopen(db, gus.id, run, "급해서 바로 엽니다")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        close(db, gus.id, run)
    db.commit()
    with pytest.raises(Conflict, match="closed anew"):
        confirm(db, gus.id, asked.id)
    db.rollback()
    assert (asked.state, run.state) == (State.ASKED, RunState.CLOSED)


@pytest.fixture
def attended(db: Session, ana: Person, dan: Person) -> Run:
    """A run that is over, of which Ana attended 80 %."""
    change_organisation(db, dan.id, replace(organisation(db), second_person=True))
    run = a_past_run(db)
    mark(db, factories.an_enrolment(db, run, ana), dan, "late", 70)
    db.commit()
    return run


def test_rules_asked_for_replace_only_those_they_were_asked_for(
    db: Session, attended: Run, dan: Person, gus: Person
) -> None:
    asked = pin(db, dan.id, attended, "kr-local-2008 1", "새 기준")
    attended.policy = "kr-local-2004 1"
    db.commit()
    with pytest.raises(Conflict, match="other rules since"):
        confirm(db, gus.id, asked.id)
    db.rollback()
    assert (asked.state, attended.policy) == (State.ASKED, "kr-local-2004 1")


def test_who_confirms_other_rules_confirms_the_list_they_saw(
    client: Browser, db: Session, attended: Run, ana: Person, dan: Person, gus: Person
) -> None:
    asked = pin(db, dan.id, attended, "kr-local-2008 1", "새 기준")
    db.commit()
    seen = re.findall(r'name="seen" value="(\w+)"', client.sign_in(gus).get(f"/confirmations/{asked.id}").text)
    stands = db.scalars(select(Attendance)).one()
    stands.mark, stands.minutes_missed = AttendanceMark.PRESENT, 0
    db.commit()
    refused = client.post(f"/confirmations/{asked.id}/confirmation", 409, data={"seen": seen[0]})
    assert "Look at the list once more" in refused.text
    assert asked.state is State.ASKED
    seen = re.findall(r'name="seen" value="(\w+)"', client.get(f"/confirmations/{asked.id}").text)
    client.post(f"/confirmations/{asked.id}/confirmation", data={"seen": seen[0]})
    assert (asked.state, attended.policy) == (State.CONFIRMED, "kr-local-2008 1")
