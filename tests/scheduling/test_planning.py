from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.actions import NotReady, cancel, change, plan, publish
from courses.scheduling.clashes import Taken
from courses.scheduling.layout import lay_out
from courses.scheduling.models import Mode, Room, Run, RunState
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import Stage, plan_of, runs, stage_of
from tests.factories import a_course, a_person, a_room, a_run, an_enrolment

MONDAY = date(2026, 12, 7)


def wanted(course: Course, room: Room | None, teacher: Person | None, first: date = MONDAY, **fields: Any) -> RunPlan:
    start = clock.start_of(first)
    usual: dict[str, Any] = {
        "capacity": 20,
        "apply_from": start - timedelta(days=30),
        "apply_until": start - timedelta(days=7),
        "cancel_until": start - timedelta(days=3),
        "sessions": tuple(lay_out(course.minutes, first, room_id=room.id if room else None)),
        "instructor_ids": (teacher.id,) if teacher else (),
    }
    return RunPlan(first, first, **(usual | fields))


def events(db: Session, run: Run) -> list[str]:
    return list(db.scalars(select(Event.kind).where(Event.run_id == run.id).order_by(Event.id)))


def test_a_planned_run_is_a_draft_with_everything_lists_need(db: Session, dan: Person, cleo: Person) -> None:
    course, room = a_course(db, "엑셀 기초", hours=14), a_room(db, "교육장 가")
    run = plan(db, dan.id, course, wanted(course, room, cleo))
    assert (run.state, run.year, run.number, run.mode) == (RunState.DRAFT, 2026, 1, Mode.SELECTION)
    assert (run.starts_on, run.ends_on, run.days) == (MONDAY, MONDAY + timedelta(days=1), 2)
    assert (run.place, run.teachers, run.from_clock, run.until_clock) == ("교육장 가", "이클레오", "09:00", "16:50")
    assert "엑셀" in run.search_text
    assert "ㅇㅅㄱㅊ" in run.search_initials
    assert events(db, run) == ["changed"]
    as_kept = {"sessions": plan_of(db, run).sessions, "mode": run.mode}
    assert plan_of(db, run) == replace(wanted(course, room, cleo).settled(), **as_kept)


def test_numbers_go_up_within_a_year_and_start_again_in_the_next(db: Session, dan: Person) -> None:
    course = a_course(db, kind="cyber")
    numbers = [
        plan(db, dan.id, course, RunPlan(first, first, None)) for first in (MONDAY, MONDAY, MONDAY + timedelta(days=40))
    ]
    assert [(run.year, run.number) for run in numbers] == [(2026, 1), (2026, 2), (2027, 1)]
    assert numbers[0].mode is Mode.OPEN


def test_a_ready_draft_is_published_under_its_policy(db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db)
    run = plan(db, dan.id, course, wanted(course, a_room(db), cleo))
    publish(db, dan.id, run, policy="plain 1")
    assert (run.state, run.policy) == (RunState.PUBLISHED, "plain 1")
    assert run.published_at is not None
    assert events(db, run)[-1] == "run_published"
    with pytest.raises(Refused, match="Only a draft"):
        publish(db, dan.id, run, policy="plain 1")


def test_publishing_says_everything_that_is_missing(db: Session, dan: Person) -> None:
    course = a_course(db)
    run = plan(db, dan.id, course, RunPlan(MONDAY, MONDAY, None))
    with pytest.raises(NotReady) as refused:
        publish(db, dan.id, run)
    assert [str(one) for one in refused.value.missing] == [
        "Add at least one session",
        "Choose an instructor",
        "Set how many people can take part",
        "Set from when until when applications are taken",
    ]
    assert run.state is RunState.DRAFT


def test_publishing_looks_at_room_and_window(db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db)
    late = clock.at(MONDAY, time(9, 1))
    usual = wanted(course, a_room(db, seats=19), cleo, apply_until=late, cancel_until=late)
    run = plan(db, dan.id, course, usual)
    with pytest.raises(NotReady) as refused:
        publish(db, dan.id, run)
    assert [str(one) for one in refused.value.missing] == [
        "The room has 19 seats: lower the number of people",
        "Applications have to close before the run starts",
        "The deadline to withdraw has to be before the run starts",
    ]


def test_a_cyber_run_needs_neither_sessions_nor_capacity(db: Session, dan: Person) -> None:
    course = a_course(db, kind="cyber")
    window = {"apply_from": clock.start_of(MONDAY), "apply_until": clock.start_of(MONDAY + timedelta(days=20))}
    run = plan(db, dan.id, course, RunPlan(MONDAY, MONDAY + timedelta(days=30), None, **window))
    publish(db, dan.id, run)
    assert run.days == 0


def test_a_room_that_is_taken_is_named_with_the_next_free_day(db: Session, dan: Person, cleo: Person) -> None:
    course, room = a_course(db, "엑셀 기초"), a_room(db, "교육장 가")
    first = plan(db, dan.id, course, wanted(course, room, cleo))
    with pytest.raises(Taken, match="교육장 가 is taken: ‘엑셀 기초’, run 1, session 1") as refused:
        plan(db, dan.id, a_course(db, "파이썬"), wanted(course, room, None))
    (clash,) = refused.value.clashes
    assert clash.booking.run_id == first.id
    assert refused.value.plan.sessions[clash.session - 1].day == MONDAY


def test_an_instructor_cannot_be_in_two_rooms(db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db)
    plan(db, dan.id, course, wanted(course, a_room(db), cleo))
    with pytest.raises(Taken, match="이클레오 is taken"):
        plan(db, dan.id, course, wanted(course, a_room(db), cleo))


def test_an_instructor_is_busy_only_in_the_own_periods(db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db)
    mornings = wanted(course, a_room(db), None)
    (session,) = mornings.sessions
    own = tuple(replace(p, instructor_id=cleo.id if n < 3 else dan.id) for n, p in enumerate(session.periods))
    run = plan(db, dan.id, course, replace(mornings, sessions=(replace(session, periods=own),)))
    assert plan_of(db, run).instructor_ids == (cleo.id, dan.id)
    afternoon = tuple(lay_out(180, MONDAY, begins=time(13)))
    plan(db, dan.id, course, wanted(course, None, cleo, sessions=afternoon))
    with pytest.raises(Taken):
        plan(db, dan.id, course, wanted(course, None, cleo, sessions=tuple(lay_out(60, MONDAY))))


def test_a_cancelled_run_frees_its_room(db: Session, dan: Person, cleo: Person) -> None:
    course, room = a_course(db), a_room(db)
    cancel(db, dan.id, plan(db, dan.id, course, wanted(course, room, cleo)), "강사 사정")
    plan(db, dan.id, course, wanted(course, room, cleo))


def test_a_change_moves_adds_and_removes_sessions(db: Session, dan: Person, cleo: Person) -> None:
    course, room = a_course(db, hours=14), a_room(db, "교육장 가")
    run = plan(db, dan.id, course, wanted(course, room, cleo))
    before = plan_of(db, run)
    one, two = before.sessions
    moved = replace(two.on(MONDAY - timedelta(days=3)), id=two.id, room_id=a_room(db, "교육장 나").id)
    change(db, dan.id, run, replace(before, sessions=(moved, one.on(MONDAY + timedelta(days=4)))))
    after = plan_of(db, run)
    assert [session.id == two.id for session in after.sessions] == [True, False]
    assert (run.starts_on, run.ends_on) == (MONDAY - timedelta(days=3), MONDAY + timedelta(days=4))
    assert run.place == "교육장 나, 교육장 가"
    event = db.scalars(select(Event).where(Event.run_id == run.id).order_by(Event.id.desc())).first()
    assert event is not None
    assert sorted(event.data["after"]) == ["ends_on", "sessions", "starts_on"]


def test_a_change_to_what_it_is_already_leaves_no_event(db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db)
    run = plan(db, dan.id, course, wanted(course, a_room(db), cleo))
    change(db, dan.id, run, plan_of(db, run))
    assert events(db, run) == ["changed"]


def test_a_session_with_marks_stays_where_it_is(db: Session, dan: Person, cleo: Person) -> None:
    course, room = a_course(db), a_room(db)
    run = plan(db, dan.id, course, wanted(course, room, cleo))
    before = plan_of(db, run)
    (session,) = before.sessions
    moved = replace(session.on(MONDAY + timedelta(days=1)), id=session.id)
    for sessions in ((moved,), (), (replace(session, id=None),)):
        with pytest.raises(Refused, match="Session 1 has attendance marks"):
            change(db, dan.id, run, replace(before, sessions=sessions), held=[session.id or 0])
    other = replace(session, room_id=a_room(db, "교육장 나").id)
    change(db, dan.id, run, replace(before, sessions=(other,)), held=[session.id or 0])
    assert run.place == "교육장 나"


@pytest.mark.parametrize(
    ("sessions", "reason"),
    [
        (lambda one: (one, replace(one, id=None)), "Sessions 1 and 2 overlap"),
        (lambda one: (replace(one, periods=one.periods[:1] * 2),), "The periods of session 1 overlap"),
        (
            lambda one: (replace(one, periods=(replace(one.periods[0], ends_at=one.periods[0].starts_at),)),),
            "The periods of session 1",
        ),
    ],
)
def test_times_that_cannot_be(db: Session, dan: Person, sessions: Any, reason: str) -> None:
    course = a_course(db)
    (one,) = lay_out(course.minutes, MONDAY)
    with pytest.raises(Refused, match=reason):
        plan(db, dan.id, course, wanted(course, None, None, sessions=sessions(one)))


def test_a_published_run_keeps_its_capacity_in_a_change(db: Session, dan: Person) -> None:
    run = a_run(db, seats=10)
    change(db, dan.id, run, replace(plan_of(db, run), capacity=5))
    assert run.capacity == 10


def test_a_closed_run_is_not_changed(db: Session, dan: Person) -> None:
    run = a_run(db, state="closed")
    with pytest.raises(Refused, match="stays as it is"):
        change(db, dan.id, run, plan_of(db, run))


def test_cancelling_a_run_frees_everybody_in_it(db: Session, dan: Person, ana: Person, eve: Person) -> None:
    run = a_run(db, seats=1)
    an_enrolment(db, run, ana)
    an_enrolment(db, run, eve, status="waitlisted")
    gone = an_enrolment(db, run, a_person(db), status="withdrawn")
    assert sorted(cancel_run(db, dan.id, run, "신청자 부족")) == sorted([ana.id, eve.id])
    cancel(db, dan.id, run, "신청자 부족")
    db.refresh(run)
    assert (run.state, run.taken) == (RunState.CANCELLED, 0)
    statuses = dict(db.execute(select(Enrolment.person_id, Enrolment.status).where(Enrolment.run_id == run.id)).all())
    assert statuses == {ana.id: Status.CANCELLED, eve.id: Status.CANCELLED, gone.person_id: Status.WITHDRAWN}
    assert events(db, run)[-3:] == ["moved", "moved", "run_cancelled"]


def test_cancelling_needs_a_reason(db: Session, dan: Person) -> None:
    with pytest.raises(Refused, match="Give a reason"):
        cancel(db, dan.id, a_run(db), "  ")


def test_runs_are_listed_by_stage(db: Session) -> None:
    now = clock.now()
    made = {
        Stage.DRAFT: a_run(db, state="draft"),
        Stage.OPEN: a_run(db),
        Stage.AHEAD: a_run(db, apply_until=now - timedelta(hours=1)),
        Stage.RUNNING: a_run(db, starts_in=0),
        Stage.ENDED: a_run(db, starts_in=-3),
        Stage.CLOSED: a_run(db, starts_in=-9, state="closed"),
        Stage.CANCELLED: a_run(db, state="cancelled"),
    }
    for stage, run in made.items():
        assert stage_of(db, run) is stage
        assert run.id in {row.id for row in runs(db, [stage])}
    shown = {row.id for row in runs(db)}
    assert {made[Stage.CLOSED].id, made[Stage.CANCELLED].id}.isdisjoint(shown)
    assert made[Stage.DRAFT].id in shown


def test_runs_are_found_by_words_and_initial_consonants(db: Session) -> None:
    run = a_run(db, a_course(db, "파이썬 데이터 분석"))
    assert [row.id for row in runs(db, words="데이터")] == [run.id]
    assert [row.id for row in runs(db, words="ㅍㅇㅆ")] == [run.id]
    assert runs(db, words="엑셀") == []
