"""Free slots, as laws: nothing offered clashes, nothing nearer is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses import clock
from courses.scheduling import free
from courses.scheduling.free import Need, Place
from courses.scheduling.holidays import PUBLIC, Calendar
from courses.scheduling.layout import session as laid_out
from courses.scheduling.moving import shifted
from courses.scheduling.plan import SessionPlan
from courses.scheduling.uses import INSTRUCTOR, ROOM, Use, Uses, uses_of

MONDAY = date(2026, 12, 21)  # with a holiday in its week
ROOMS = (Place(1, "가", 30, 30), Place(2, "나", 20, 20), Place(3, "다", 40, 0), Place(4, "라", 25, 25))
TEACHERS = (7, 8)
DAYS = 9


def a_session(hours: int, begins: int, room_id: int | None = 1) -> SessionPlan:
    return laid_out(MONDAY, hours, begins=time(begins), room_id=room_id)


def days(office: Calendar = PUBLIC) -> list[date]:
    every = [MONDAY + timedelta(days=n) for n in range(DAYS)]
    return [day for day in every if office.is_working(day)]


def offered(
    session: SessionPlan, taken: Sequence[Use], away: Sequence[free.Span] = (), seats: int = 22
) -> list[SessionPlan]:
    need = Need(seats, seats)
    found = free.slots(
        session, days=days(), rooms=ROOMS, need=need, instructor_ids=TEACHERS, taken=Uses(taken), away=away
    )
    return list(found)


@st.composite
def uses(draw: st.DrawFn) -> Use:
    what, id_ = draw(st.sampled_from([*((ROOM, room.id) for room in ROOMS), *((INSTRUCTOR, one) for one in TEACHERS)]))
    first = draw(spans())
    return Use(what, id_, *first)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    begins = clock.at(MONDAY + timedelta(days=draw(st.integers(0, DAYS))), time(draw(st.integers(7, 19))))
    return begins, begins + timedelta(minutes=draw(st.integers(1, 60)) * 10)


sessions = st.builds(a_session, st.integers(1, 8), st.integers(8, 14), st.sampled_from([1, 2, 3, 4, None]))


@given(sessions, st.lists(uses(), max_size=25), st.lists(spans(), max_size=4))
def test_nothing_offered_clashes_or_is_on_a_day_off(
    session: SessionPlan, taken: list[Use], away: list[free.Span]
) -> None:
    for slot in offered(session, taken, away):
        assert slot.day in days()
        assert len(slot.times) == len(session.times)
        assert slot.ends_at - slot.starts_at == session.ends_at - session.starts_at
        for use in uses_of(slot, TEACHERS):
            for other in taken:
                same = (use.what, use.id) == (other.what, other.id)
                assert not (same and use.starts_at < other.ends_at and other.starts_at < use.ends_at)
        assert not any(first < slot.ends_at and slot.starts_at < last for first, last in away)


@given(sessions, st.lists(uses(), max_size=25), st.lists(spans(), max_size=4))
def test_the_nearest_come_first_and_none_is_left_out(
    session: SessionPlan, taken: list[Use], away: list[free.Span]
) -> None:
    """Against the slowest way there is: every half hour of every day, and every room at the session's own time."""
    found = offered(session, taken, away)
    begins = [slot.starts_at for slot in found]
    assert begins == sorted(begins)
    here = [slot.room_id for slot in found if slot.starts_at == session.starts_at]
    later = [slot for slot in found if slot.starts_at != session.starts_at]
    assert here == [
        room.id
        for room in sorted(ROOMS, key=lambda room: room.seats)
        if session.room_id
        and room.id != session.room_id
        and room.seats >= 22
        and room.computers >= 22
        and MONDAY in days()
        and fits(replace(session, room_id=room.id), taken, away)
    ]
    assert [slot.starts_at for slot in later] == [
        start
        for start in half_hours()
        if start > session.starts_at and in_hours(session, start) and fits(shifted(session, start), taken, away)
    ]
    assert {slot.room_id for slot in later} <= {session.room_id}


def half_hours() -> list[datetime]:
    return [clock.at(day, time(hour, minute)) for day in days() for hour in range(7, 20) for minute in (0, 30)]


def in_hours(session: SessionPlan, start: datetime) -> bool:
    """At its own hour of any day, or wholly between nine and six with no period at lunch."""
    at, moved = clock.local(start), shifted(session, start)
    if at.time() == clock.local(session.starts_at).time():
        return True
    lunch = [clock.at(at.date(), time(hour)) for hour in (12, 13)]
    meets = any(period.starts_at < lunch[1] and lunch[0] < period.ends_at for period in moved.periods)
    return at.hour >= 9 and moved.ends_at <= clock.at(at.date(), time(18)) and not meets


def fits(session: SessionPlan, taken: Sequence[Use], away: Sequence[free.Span]) -> bool:
    spans = [(one.what, one.id, one.starts_at, one.ends_at) for one in uses_of(session, TEACHERS)]
    for use in taken:
        for what, id_, first, last in spans:
            if (what, id_) == (use.what, use.id) and first < use.ends_at and use.starts_at < last:
                return False
    return not any(first < session.ends_at and session.starts_at < last for first, last in away)


def test_a_full_day_is_offered_at_its_own_hours_only() -> None:
    slots = offered(a_session(7, 9), [Use(ROOM, 1, clock.at(MONDAY, time(9)), clock.at(MONDAY, time(10)))])
    assert [slot.room_id for slot in slots[:2]] == [4, 1]
    assert {clock.local(slot.starts_at).hour for slot in slots} == {9}
    assert [slot.day.day for slot in slots[1:]] == [22, 23, 24, 28, 29]  # 25 December is a holiday


def test_nothing_is_offered_before_a_moment() -> None:
    noon = clock.at(MONDAY, time(13))
    slots = free.slots(
        a_session(1, 9), days=days(), rooms=ROOMS, need=Need(), instructor_ids=(), taken=Uses[Use]([]), after=noon
    )
    assert next(iter(slots)).starts_at == noon
