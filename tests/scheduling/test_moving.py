"""One session is moved, cancelled, or taught by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import islice

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.enrolment import rescheduling
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import moving
from courses.scheduling.holidays import PUBLIC, close_day
from courses.scheduling.models import ClassSession, Run
from courses.scheduling.offers import offers
from courses.scheduling.plan import SessionPlan
from courses.scheduling.queries import plan_of, rooms
from tests import factories
from tests.client import Browser
from tests.scheduling.test_scheduling_pages import form_of


def session_of(db: Session, run: Run, number: int = 1) -> ClassSession:
    return db.scalars(select(ClassSession).where(ClassSession.run_id == run.id, ClassSession.number == number)).one()


def fields(session: ClassSession, day: date, begins: str = "09:00", **more: str) -> dict[str, str]:
    return {"day": day.isoformat(), "begins": begins, "room": str(session.room_id or ""), **more}


def a_working_day(starts_in: int) -> int:
    """So many days from now or a few more, none of them a day off."""
    day = PUBLIC.on_or_after(clock.today() + timedelta(days=starts_in))
    return (day - clock.today()).days


def test_a_session_moves_with_its_breaks_and_keeps_its_id(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=a_working_day(10), room=factories.a_room(db))
    session = session_of(db, run)
    day = PUBLIC.next_working_day(run.starts_on)
    client.sign_in(dan).post(f"/sessions/{session.id}/move", data=fields(session, day))
    (one,) = plan_of(db, run).sessions
    assert one.id == session.id
    assert one.starts_at == clock.at(day, time(9))
    assert len(one.periods) == 7
    assert one.periods[3].starts_at == clock.at(day, time(13))
    assert run.starts_on == day


def test_what_was_and_what_is_are_told(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=a_working_day(10), room=factories.a_room(db, "교육장 가"), instructors=[cleo])
    session = session_of(db, run)
    day = PUBLIC.next_working_day(run.starts_on)
    client.sign_in(dan)
    client.post(f"/sessions/{session.id}/move", data=fields(session, day))
    last = db.scalars(select(Event).where(Event.run_id == run.id).order_by(Event.id.desc())).first()
    assert last is not None
    assert last.kind == "rescheduled"
    assert last.data["moved"][0]["after"]["starts_at"] == clock.at(day, time(9)).isoformat()


def test_the_toast_takes_it_back(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=a_working_day(10), room=factories.a_room(db))
    session, before = session_of(db, run), plan_of(db, run)
    client.sign_in(dan).post(
        f"/sessions/{session.id}/move", data=fields(session, PUBLIC.next_working_day(run.starts_on))
    )
    page = client.get(f"/sessions/{session.id}/move").text
    undo = page.split('class="toast"')[1].split('action="')[1].split('"')[0].replace("&amp;", "&")
    client.post(undo)
    assert plan_of(db, run) == before


def test_who_saw_it_elsewhere_is_told_where_it_is(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=a_working_day(10))
    session = session_of(db, run)
    day = PUBLIC.next_working_day(run.starts_on)
    stale = fields(session, day, was=(session.starts_at - timedelta(days=1)).isoformat())
    page = client.sign_in(dan).post(f"/sessions/{session.id}/move", 409, data=stale).text
    assert "Somebody else moved this session meanwhile" in page


def test_a_taken_room_is_named_with_its_run_and_free_slots_are_offered(
    client: Browser, db: Session, dan: Person
) -> None:
    room, other = factories.a_room(db, "교육장 가"), factories.a_room(db, "교육장 나")
    here = factories.a_run(db, starts_in=a_working_day(10), room=room)
    there = factories.a_run(db, factories.a_course(db, "파이썬"), starts_in=a_working_day(20), room=room)
    before = factories.a_session(there, PUBLIC.on_or_before(there.starts_on - timedelta(days=1)), 1, room)
    session_of(db, there).number = 2
    db.add(before)
    db.commit()
    session = session_of(db, here)
    client.sign_in(dan)
    page = client.post(f"/sessions/{session.id}/move", 409, data=fields(session, there.starts_on)).text
    assert f"교육장 가 is taken by ‘파이썬’, run {there.number}, session 2" in page
    assert f'href="/operations/runs/{there.id}"' in page
    assert f'name="room" value="{other.id}"' in page  # the first offer: the other room
    offered = fields(session, there.starts_on) | {"room": str(other.id)}
    client.post(f"/sessions/{session.id}/move", data=offered)
    assert session_of(db, here).room_id == other.id


def test_people_who_are_elsewhere_are_named_and_their_times_not_offered(
    client: Browser, db: Session, dan: Person, ana: Person
) -> None:
    here, there = factories.a_run(db, starts_in=a_working_day(10)), factories.a_run(db, starts_in=a_working_day(20))
    for run in (here, there):
        factories.an_enrolment(db, run, ana)
    session = session_of(db, here)
    client.sign_in(dan)
    page = client.post(f"/sessions/{session.id}/move", 409, data=fields(session, there.starts_on)).text
    assert f"{ana.name} is in" in page
    buttons = page.split('aria-labelledby="offers"')[1].split("</section>")[0]
    assert f'value="{PUBLIC.next_working_day(there.starts_on)}"' in buttons
    assert f'name="day" value="{there.starts_on}"' not in buttons
    assert rescheduling.away(db, here, clock.now()) == [
        (session_of(db, there).starts_at, session_of(db, there).ends_at)
    ]


@pytest.mark.parametrize(
    ("field", "value", "status"), [("day", "soon", 422), ("begins", "25:00", 422), ("room", "999999", 422)]
)
def test_what_makes_no_sense_is_said_at_its_field(
    client: Browser, db: Session, dan: Person, field: str, value: str, status: int
) -> None:
    run = factories.a_run(db)
    session = session_of(db, run)
    page = (
        client.sign_in(dan)
        .post(f"/sessions/{session.id}/move", status, data=fields(session, run.starts_on) | {field: value})
        .text
    )
    assert f'href="#{field}"' in page


def test_a_day_off_needs_a_word(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=a_working_day(10))
    session, holiday = session_of(db, run), date(clock.today().year + 1, 3, 1)
    client.sign_in(dan)
    assert "day off" in client.post(f"/sessions/{session.id}/move", 409, data=fields(session, holiday)).text
    client.post(f"/sessions/{session.id}/move", data=fields(session, holiday, anyway="y"))
    assert plan_of(db, run).sessions[0].day == holiday


@pytest.mark.parametrize(("begins", "status"), [("23:59", 409), ("16:10", 409), ("16:00", 303), ("00:00", 303)])
def test_no_session_goes_on_after_midnight(client: Browser, db: Session, dan: Person, begins: str, status: int) -> None:
    session = session_of(db, factories.a_run(db, starts_in=10))
    sent = fields(session, date(2028, 2, 29), begins, anyway="y")
    client.sign_in(dan).post(f"/sessions/{session.id}/move", status, data=sent)


def test_nothing_ahead_is_moved_into_the_past(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db)
    session = session_of(db, run)
    yesterday = clock.today() - timedelta(days=1)
    page = client.sign_in(dan).post(f"/sessions/{session.id}/move", 409, data=fields(session, yesterday, anyway="y"))
    assert "That time is over already" in page.text


def test_what_has_marks_stays(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = factories.a_run(db, starts_in=-1)
    session, enrolment = session_of(db, run), factories.an_enrolment(db, run, ana)
    db.add(
        Attendance(
            session_id=session.id,
            enrolment_id=enrolment.id,
            mark=AttendanceMark.PRESENT,
            marked_by=dan.id,
            marked_at=clock.now(),
        )
    )
    db.commit()
    client.sign_in(dan)
    assert "It has attendance marks" in client.get(f"/sessions/{session.id}/move").text
    day = PUBLIC.on_or_after(clock.today() + timedelta(days=3))
    assert "has attendance marks" in client.post(f"/sessions/{session.id}/move", 409, data=fields(session, day)).text
    assert "has attendance marks" in client.post(f"/sessions/{session.id}/cancellation", 409).text


# A plan whose sessions clash


def test_a_plan_that_clashes_is_saved_by_one_click(client: Browser, db: Session, dan: Person) -> None:
    room, other = factories.a_room(db, "교육장 가"), factories.a_room(db, "교육장 나")
    here = factories.a_run(db, starts_in=a_working_day(10), room=other)
    factories.a_run(db, starts_in=a_working_day(10), room=room)
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{here.id}").text) | {"sessions-0-room": [str(room.id)]}
    page = client.post(f"/operations/runs/{here.id}", 409, data=form).text
    day = here.starts_on
    clicks = [part.split('"')[0] for part in page.split('form="plan" name="offer" value="')[1:]]
    assert clicks
    client.post(f"/operations/runs/{here.id}", data=form | {"offer": clicks[1:2]})
    (one,) = plan_of(db, here).sessions
    assert (one.day, one.room_id) == (PUBLIC.next_working_day(day), room.id)


ODD_CHOICES = ["", "x", "1~2~3", "9~2026-01-01T00:00:00+00:00~x~1", "1~x~x~x", "1~{was}~2027-01-04T09:00:00~"]
NEVER = ["9999-12-31T23:00:00+00:00", "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+09:00"]


@pytest.mark.parametrize(
    "offer", [*ODD_CHOICES, *(f"1~{{was}}~{never}~" for never in NEVER), "1~{was}~2027-01-04T09:00:00+09:00~999999"]
)
def test_an_odd_choice_changes_nothing(client: Browser, db: Session, dan: Person, offer: str) -> None:
    run = factories.a_run(db)
    before = plan_of(db, run)
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{run.id}").text)
    was = before.sessions[0].starts_at.isoformat()
    client.post(f"/operations/runs/{run.id}", data=form | {"offer": [offer.replace("{was}", was)]})
    assert plan_of(db, run).sessions == before.sessions


def test_rooms_that_are_too_small_or_lack_computers_are_not_offered(db: Session) -> None:
    room = factories.a_room(db, "교육장 가", seats=30)
    factories.a_room(db, "좁은 방", seats=29)
    without = factories.a_room(db, "대강당", seats=200)
    without.computers = 0
    fits = factories.a_room(db, "넓은 방", seats=40)
    run = factories.a_run(db, starts_in=a_working_day(10), room=room)
    plan = plan_of(db, run)
    here = [
        offer.session.room_id
        for offer in offers(db, plan, [1], run.id, rooms=rooms(db))
        if offer.session.day == run.starts_on
    ]
    assert here == [fits.id]
    (alone,) = plan.sessions
    nowhere = replace(plan, sessions=(replace(alone, room_id=None),))
    assert {offer.place for offer in offers(db, nowhere, [1], run.id, rooms=rooms(db))} == {""}


def test_nothing_is_offered_on_a_closed_day_beside_an_own_session_or_in_the_past(db: Session, dan: Person) -> None:
    room = factories.a_room(db, "교육장 가")
    run = factories.a_run(db, starts_in=a_working_day(10), room=room)
    first, own = run.starts_on, PUBLIC.next_working_day(run.starts_on)
    closed = PUBLIC.next_working_day(own)
    close_day(db, dan.id, closed, "개청기념일")
    db.add(factories.a_session(run, own, 2, room))
    db.commit()

    def days() -> list[date]:
        return [offer.session.day for offer in offers(db, plan_of(db, run), [1], run.id, rooms=rooms(db))]

    following = list(islice(PUBLIC.working_days(closed + timedelta(days=1)), 4))
    assert days() == following[:3]
    with clock.frozen(clock.at(following[0], time(18))):
        assert days() == following[1:]
    assert first not in days()


# Cancelling one session


def test_a_session_is_cancelled_when_enough_hours_are_left(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, days=2)  # a course of seven hours
    client.sign_in(dan)
    page = client.get(f"/sessions/{session_of(db, run).id}/cancellation").text
    assert "7 of 7 hours are left" in page
    client.post(f"/sessions/{session_of(db, run).id}/cancellation")
    (left,) = plan_of(db, run).sessions
    assert left.day == run.starts_on == clock.today() + timedelta(days=11)


def test_fewer_hours_have_to_be_agreed_to(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, hours=14), days=2)
    factories.an_enrolment(db, run, ana)
    session = session_of(db, run)
    client.sign_in(dan)
    page = client.get(f"/sessions/{session.id}/cancellation").text
    assert "The run falls to 7 of 14 hours" in page
    assert "1 person with a seat is told" in page
    client.post(f"/sessions/{session.id}/cancellation", 409)
    assert len(plan_of(db, run).sessions) == 2
    client.post(f"/sessions/{session.id}/cancellation", data={"agreed": "y"})
    assert len(plan_of(db, run).sessions) == 1


def test_the_only_session_is_not_cancelled_alone(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db)
    client.sign_in(dan)
    page = client.post(f"/sessions/{session_of(db, run).id}/cancellation", 409, data={"agreed": "y"}).text
    assert f'href="/operations/runs/{run.id}/cancellation"' in page


# Substitutes


def test_a_substitute_teaches_one_session_and_is_free_in_the_others(
    client: Browser, db: Session, dan: Person, cleo: Person
) -> None:
    gil = factories.a_person(db, "길동", roles=["instructor"])
    run = factories.a_run(db, starts_in=a_working_day(10), days=2, instructors=[cleo])
    second = session_of(db, run, 2)
    client.sign_in(dan).post(f"/sessions/{second.id}/substitution", data={"gone": cleo.id, "instead": gil.id})
    plan = plan_of(db, run)
    assert plan.instructor_ids == (cleo.id, gil.id)
    assert [moving.teachers_of(plan, session) for session in plan.sessions] == [[cleo.id], [gil.id]]
    factories.a_run(db, starts_in=a_working_day(10), instructors=[gil])  # free on the first day


def test_a_substitute_for_the_whole_run(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    gil = factories.a_person(db, "길동", roles=["instructor"])
    run = factories.a_run(db, days=2, instructors=[cleo])
    data = {"gone": cleo.id, "instead": gil.id, "whole": "y"}
    client.sign_in(dan).post(f"/sessions/{session_of(db, run).id}/substitution", data=data)
    plan = plan_of(db, run)
    assert plan.instructor_ids == (gil.id,)
    assert {teacher for session in plan.sessions for teacher in moving.teachers_of(plan, session)} == {gil.id}


def test_a_substitute_who_is_elsewhere_is_refused(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    gil = factories.a_person(db, "길동", roles=["instructor"])
    run = factories.a_run(db, instructors=[cleo])
    factories.a_run(db, instructors=[gil])
    data = {"gone": cleo.id, "instead": gil.id}
    page = client.sign_in(dan).post(f"/sessions/{session_of(db, run).id}/substitution", 409, data=data).text
    assert "길동 is taken by" in page
    client.post(f"/sessions/{session_of(db, run).id}/substitution", 422, data={"gone": cleo.id})


def test_who_teaches_together_is_not_replaced_in_one_session(
    client: Browser, db: Session, dan: Person, cleo: Person
) -> None:
    gil = factories.a_person(db, "길동", roles=["instructor"])
    run = factories.a_run(db, days=2, instructors=[cleo, dan])
    data = {"gone": cleo.id, "instead": gil.id}
    page = client.sign_in(dan).post(f"/sessions/{session_of(db, run).id}/substitution", 409, data=data).text
    assert "Several instructors teach its periods together" in page


def test_moving_by_nothing_is_nothing(db: Session) -> None:
    (session,) = plan_of(db, factories.a_run(db)).sessions
    assert isinstance(session, SessionPlan)
    assert moving.shifted(session, session.starts_at) == session


def test_a_refusal_leaves_everything_as_it_was(db: Session, dan: Person) -> None:
    run = factories.a_run(db)
    before = plan_of(db, run)
    with pytest.raises(Refused):
        rescheduling.leave_out(db, dan.id, run, before.sessions[0].id or 0)
    assert plan_of(db, run) == before


# Cancelling a whole run


def test_people_of_a_cancelled_run_are_shown_another_one(
    client: Browser, db: Session, dan: Person, ana: Person
) -> None:
    course = factories.a_course(db)
    run, later = factories.a_run(db, course), factories.a_run(db, course, starts_in=30, seats=12)
    full = factories.a_run(db, course, starts_in=40, seats=1)
    factories.an_enrolment(db, run, ana)
    factories.an_enrolment(db, full, dan)
    page = client.sign_in(dan).get(f"/operations/runs/{run.id}/cancellation").text
    assert "1 person is told" in page
    assert f'selected value="{later.id}"' in page
    assert "12 seats left" in page
    assert f'value="{full.id}"' not in page
    address = f"/operations/runs/{run.id}/cancellation"
    client.post(address, 422, data={"reason": "강사 사정", "instead": full.id})
    client.post(address, data={"reason": "강사 사정", "instead": later.id})
    event = db.scalars(select(Event).where(Event.run_id == run.id, Event.kind == "run_cancelled")).one()
    assert event.data["instead"] == later.id
