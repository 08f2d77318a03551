"""Asking to be excused, and what officers make of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import absences, actions, excusing, queries
from courses.attendance.marks import MarkInput
from courses.attendance.models import AbsenceRequest, AttendanceMark, Ground, RequestState, ReturnReason
from courses.enrolment.models import Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.absences.conftest import Away, a_run_to_miss

NUMBER = "총무과-1234"


def ask(db: Session, away: Away, *days: int, ground: Ground = Ground.DUTY, number: str = NUMBER) -> AbsenceRequest:
    ids = [away.sessions[day].id for day in days or (2,)]
    return excusing.ask(db, away.ana.person_id, away.ana.id, ids, ground, number)


def marks(db: Session, away: Away) -> list[str]:
    """Ana's marks, session by session."""
    found = queries.sessions_with_marks(db, away.run.id)
    return [str(one.marks.get(away.ana.id, "")) for one in found]


def events(db: Session, kind: str) -> list[dict[str, Any]]:
    return [event.data for event in db.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


def code_of(refusals: excusing.Refusals) -> list[str]:
    return [refused.code for _, refused in refusals]


def test_what_is_approved_stands_in_each_sheet_also_before_class(db: Session, dan: Person, away: Away) -> None:
    request = ask(db, away, 0, 2)
    assert marks(db, away) == ["", "", ""]
    assert excusing.approve(db, dan.id, [request.id]) == []
    assert marks(db, away) == ["excused duty", "", "excused duty"]
    assert request.state is RequestState.APPROVED
    assert [event["marks"] for event in events(db, "marked")] == [{str(away.ana.id): ["", "excused duty"]}] * 2
    assert [event["state"] for event in events(db, "absence_decided")] == ["approved"]


def test_the_event_says_ground_and_number_and_nothing_more(db: Session, away: Away) -> None:
    ask(db, away, 1, 2, ground=Ground.OFFICIAL_LEAVE)
    (asked,) = events(db, "absence_asked")
    assert (asked["ground"], asked["number"], asked["sessions"]) == ("official_leave", NUMBER, [2, 3])
    assert asked.keys() == {"request_id", "enrolment_id", "ground", "number", "sessions"}


def test_who_was_there_stays_there(db: Session, cleo: Person, dan: Person, away: Away) -> None:
    actions.mark(db, cleo.id, away.sessions[0].id, {away.ana.id: MarkInput(AttendanceMark.PRESENT)})
    request = ask(db, away, 0, 2)
    excusing.approve(db, dan.id, [request.id])
    assert marks(db, away) == ["present", "", "excused duty"]
    assert [one.was_there for one in absences.one(db, request.id).sessions] == [True, False]


def test_an_absence_becomes_an_excused_one(db: Session, cleo: Person, dan: Person, away: Away) -> None:
    actions.mark(db, cleo.id, away.sessions[0].id, {away.ana.id: MarkInput(AttendanceMark.ABSENT)})
    excusing.approve(db, dan.id, [ask(db, away, 0).id])
    assert marks(db, away)[0] == "excused duty"
    assert events(db, "marked")[-1]["marks"] == {str(away.ana.id): ["absent", "excused duty"]}


def test_the_rest_present_leaves_the_excused_alone(db: Session, cleo: Person, dan: Person, away: Away) -> None:
    excusing.approve(db, dan.id, [ask(db, away, 0).id])
    roster = queries.roster(db, away.sessions[0])
    assert [str(row.mark) for row in roster if row.enrolment_id == away.ana.id] == ["excused duty"]
    actions.mark(db, cleo.id, away.sessions[0].id, {away.ana.id: MarkInput(AttendanceMark.PRESENT)})
    assert marks(db, away)[0] == "present"


@pytest.mark.parametrize("reason", ReturnReason)
def test_what_is_returned_marks_nobody_and_may_be_asked_anew(
    db: Session, dan: Person, away: Away, reason: ReturnReason
) -> None:
    request = ask(db, away, 2)
    assert excusing.return_to(db, dan.id, [request.id], reason) == []
    assert (request.state, request.reason, marks(db, away)) == (RequestState.RETURNED, reason, ["", "", ""])
    assert ask(db, away, 2).state is RequestState.OPEN


def test_withdrawn_while_nobody_has_decided(db: Session, dan: Person, away: Away) -> None:
    request = ask(db, away, 2)
    excusing.withdraw(db, away.ana.person_id, request.id)
    assert request.state is RequestState.WITHDRAWN
    assert code_of(excusing.approve(db, dan.id, [request.id])) == ["decided"]
    approved = ask(db, away, 2)
    excusing.approve(db, dan.id, [approved.id])
    with pytest.raises(Refused) as refused:
        excusing.withdraw(db, away.ana.person_id, approved.id)
    assert refused.value.code == "decided"


def test_a_session_is_asked_for_once(db: Session, away: Away) -> None:
    ask(db, away, 1)
    with pytest.raises(Refused) as refused:
        ask(db, away, 1, 2)
    assert refused.value.code == "asked"
    assert len(absences.of_enrolment(db, away.ana.id)) == 1


@pytest.mark.parametrize(("days_ago", "code"), [(3, None), (4, "too_late")])
def test_up_to_three_days_afterwards(
    db: Session, ana: Person, eve: Person, cleo: Person, days_ago: int, code: str | None
) -> None:
    away = a_run_to_miss(db, ana, eve, cleo, starts_in=-days_ago)
    if code is None:
        assert ask(db, away, 0).state is RequestState.OPEN
        return
    with pytest.raises(Refused) as refused:
        ask(db, away, 0)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "number", ["", " ", "1", "감기", "x" * 61, "12\n3 <b>", "총무과-", "1234; 병가 사유: 독감", "900101-1234567"]
)
def test_a_number_is_one(db: Session, away: Away, number: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(db, away, number=number)
    assert refused.value.code == "number"


@pytest.mark.parametrize("number", ["총무과-1234", "정보화담당관-2026.11.3(2)", "행정지원과 12,345"])
def test_numbers_as_offices_write_them(db: Session, away: Away, number: str) -> None:
    assert ask(db, away, number=number).document_no == number


@pytest.mark.parametrize(("state", "code"), [("closed", "closed"), ("cancelled", "not_published")])
def test_nothing_is_asked_or_decided_in_a_run_that_is_over(
    db: Session, dan: Person, away: Away, state: str, code: str
) -> None:
    request = ask(db, away, 2)
    away.run.state = RunState(state)
    with pytest.raises(Refused) as refused:
        ask(db, away, 1)
    assert refused.value.code == code
    assert code_of(excusing.approve(db, dan.id, [request.id])) == [code]
    with pytest.raises(Refused):
        excusing.withdraw(db, away.ana.person_id, request.id)
    assert (request.state, marks(db, away)) == (RequestState.OPEN, ["", "", ""])
    assert absences.waiting(db) == []


def test_only_who_has_a_seat_is_excused(db: Session, dan: Person, away: Away) -> None:
    request = ask(db, away, 2)
    away.ana.status = Status.WITHDRAWN
    db.flush()
    assert code_of(excusing.approve(db, dan.id, [request.id])) == ["no_seat"]
    with pytest.raises(Refused) as refused:
        ask(db, away, 1)
    assert refused.value.code == "no_seat"


def test_sessions_of_another_run(db: Session, ana: Person, eve: Person, cleo: Person, away: Away) -> None:
    other = a_run_to_miss(db, ana, eve, cleo)
    for ids in ([], [other.sessions[0].id], [away.sessions[2].id, other.sessions[0].id]):
        with pytest.raises(Refused) as refused:
            excusing.ask(db, ana.id, away.ana.id, ids, Ground.DUTY, NUMBER)
        assert refused.value.code == "sessions"


def test_nobody_decides_on_their_own_request(db: Session, dan: Person, away: Away) -> None:
    own = factories.an_enrolment(db, away.run, dan)
    request = excusing.ask(db, dan.id, own.id, [away.sessions[2].id], Ground.LEAVE, NUMBER)
    assert code_of(excusing.approve(db, dan.id, [request.id])) == ["own"]
    assert request.state is RequestState.OPEN


def test_many_at_once_what_cannot_be_stays(db: Session, dan: Person, away: Away) -> None:
    one, two = ask(db, away, 1), ask(db, away, 2)
    excusing.withdraw(db, away.ana.person_id, two.id)
    refused = excusing.approve(db, dan.id, [two.id, one.id, one.id, 10**9])
    assert [(id_, no.code) for id_, no in refused] == [(two.id, "decided")]
    assert marks(db, away) == ["", "excused duty", ""]


def test_a_session_moved_to_another_day_is_covered_no_more(db: Session, dan: Person, away: Away) -> None:
    request = ask(db, away, 1, 2)
    moved = away.sessions[2]
    moved.starts_at, moved.ends_at = moved.starts_at + timedelta(days=7), moved.ends_at + timedelta(days=7)
    db.flush()
    assert [one.moved for one in absences.one(db, request.id).sessions] == [False, True]
    excusing.approve(db, dan.id, [request.id])
    assert marks(db, away) == ["", "excused duty", ""]


def test_those_that_wait_stand_in_their_order(db: Session, dan: Person, away: Away) -> None:
    first = ask(db, away, 1)
    second = excusing.ask(db, away.eve.person_id, away.eve.id, [away.sessions[1].id], Ground.LEAVE, "재무과-9")
    assert [one.id for one in absences.waiting(db)] == [first.id, second.id]
    excusing.approve(db, dan.id, [first.id])
    assert [one.id for one in absences.waiting(db)] == [second.id]


def test_an_excuse_ahead_does_not_hold_the_session_where_it_is(db: Session, dan: Person, away: Away) -> None:
    excusing.approve(db, dan.id, [ask(db, away, 2).id])
    assert queries.marked_sessions(db, away.run.id) == set()
    moved = away.sessions[2]
    excusing.release(db, dan.id, away.run.id)
    assert marks(db, away)[2] == "excused duty"
    moved.starts_at, moved.ends_at = moved.starts_at + timedelta(days=7), moved.ends_at + timedelta(days=7)
    db.flush()
    excusing.release(db, dan.id, away.run.id)
    db.flush()
    assert marks(db, away) == ["", "", ""]
    assert events(db, "marked")[-1]["marks"] == {str(away.ana.id): ["excused duty", ""]}
    ask(db, away, 2)


def test_an_excuse_goes_with_its_session(db: Session, dan: Person, away: Away) -> None:
    excusing.approve(db, dan.id, [ask(db, away, 2).id])
    db.delete(away.sessions[2])
    db.flush()
    assert marks(db, away) == ["", ""]


def test_a_session_that_has_begun_is_held_by_its_excuses(db: Session, dan: Person, away: Away) -> None:
    excusing.approve(db, dan.id, [ask(db, away, 2).id])
    last = away.sessions[2]
    with clock.frozen(last.starts_at + timedelta(minutes=1)):
        assert queries.marked_sessions(db, away.run.id) == {last.id}
