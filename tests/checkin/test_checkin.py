"""Checking in: who is let in, and each reason why somebody is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import checkin, codes, queries
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import CheckIn, CheckInState, CheckInWindow
from courses.attendance.wall import wall
from courses.enrolment.models import Outcome, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.checkin.conftest import NINE, Class, a_class, later, shown


def enter(db: Session, course: Class, number: int = 0, *, device: str = "", code: str = "") -> checkin.Arrival:
    """One of the class checks in with what the screen shows."""
    return checkin.check_in(db, course.people[number].person_id, code or shown(db, course.today), device=device)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def marks(db: Session, course: Class) -> list[str]:
    return [str(row.mark) for row in queries.roster(db, course.today)]


def events(db: Session, kind: str) -> int:
    return db.scalar(select(func.count()).where(Event.kind == kind)) or 0


# In


@pytest.mark.parametrize("make", [codes.digits, codes.link])
def test_whoever_has_the_code_of_the_screen_is_in(db: Session, opened: Class, make: Callable[..., str]) -> None:
    arrival = enter(db, opened, code=shown(db, opened.today, make=make))
    assert (arrival.at, arrival.late, arrival.again) == (NINE, 0, False)
    assert events(db, "checked_in") == 1
    assert marks(db, opened) == ["", "", ""]  # not before the instructor confirms


def test_the_code_before_is_still_good(db: Session, opened: Class) -> None:
    code = shown(db, opened.today)
    with later(seconds=45):
        assert enter(db, opened, code=code).again is False


def test_a_replay_by_the_same_person_changes_nothing(db: Session, opened: Class) -> None:
    code = shown(db, opened.today)
    enter(db, opened, code=code)
    for seconds in (10, 50, 200):  # the last one with a code that is old by then
        with later(seconds=seconds):
            arrival = enter(db, opened, code=code)
        assert (arrival.at, arrival.again) == (NINE, True)
    assert events(db, "checked_in") == 1


@pytest.mark.parametrize(
    ("minutes", "late"),
    [(-20, 0), (0, 0), (0.9, 0), (3, 3), (50, 50), (55, 50), (65, 55)],  # a break lies between 09:50 and 10:00
)
def test_who_comes_after_the_start_is_late_by_the_minutes_of_class_missed(
    db: Session, cleo: Person, course: Class, minutes: float, late: int
) -> None:
    with later(minutes=minutes):
        checkin.open_window(db, cleo.id, course.today.id)
        assert enter(db, course).late == late


# Not in: each with its own reason


def test_a_photo_of_the_code_does_not_work_a_minute_later(db: Session, opened: Class) -> None:
    code = shown(db, opened.today)
    with later(seconds=60):
        assert refused(lambda: enter(db, opened, code=code)) == "old_code"
    assert db.scalar(select(func.count()).select_from(CheckIn)) == 0


def test_a_code_of_a_clock_that_is_ahead_is_refused(db: Session, opened: Class) -> None:
    code = shown(db, opened.today, NINE + timedelta(seconds=60))
    assert refused(lambda: enter(db, opened, code=code)) == "clock_skew"


def test_a_guessed_code_is_refused(db: Session, opened: Class) -> None:
    known = {shown(db, opened.today, NINE + timedelta(seconds=30 * n)) for n in range(-21, 6)}
    guess = next(code for code in ("000000", "111111", *known) if code not in known)
    assert refused(lambda: enter(db, opened, code=guess)) == "wrong_code"
    own = opened.people[0].person_id
    assert refused(lambda: checkin.check_in(db, own, "")) == "wrong_code"


def test_the_code_of_another_class_is_refused(db: Session, cleo: Person, opened: Class) -> None:
    other = a_class(db, cleo, ("라온",))
    checkin.open_window(db, cleo.id, other.today.id)
    assert refused(lambda: enter(db, opened, code=shown(db, other.today))) == "wrong_session"
    link = shown(db, other.today, make=codes.link)
    own = opened.people[0].person_id
    assert refused(lambda: checkin.check_in(db, own, link, session_id=opened.today.id)) == "wrong_session"


def test_the_same_code_does_not_open_another_session_of_the_same_run(db: Session, cleo: Person, opened: Class) -> None:
    code = shown(db, opened.today)
    with clock.frozen(NINE - timedelta(days=1)):
        checkin.open_window(db, cleo.id, opened.yesterday.id)
        assert refused(lambda: enter(db, opened, code=code)) == "wrong_code"


def test_somebody_without_a_place_is_refused(db: Session, opened: Class, eve: Person) -> None:
    code = shown(db, opened.today)
    assert refused(lambda: checkin.check_in(db, eve.id, code)) == "not_enrolled"
    assert refused(lambda: checkin.check_in(db, eve.id, "123", session_id=opened.today.id)) == "not_enrolled"
    assert refused(lambda: checkin.check_in(db, eve.id, "123")) == "no_class"


@pytest.mark.parametrize("status", ["waitlisted", "applied", "withdrawn"])
def test_who_only_waits_has_no_place(db: Session, opened: Class, status: str) -> None:
    opened.people[0].status = Status(status)
    db.flush()
    assert refused(lambda: enter(db, opened)) == "not_enrolled"


def test_who_was_expelled_has_no_place(db: Session, opened: Class) -> None:
    opened.people[0].outcome = Outcome.EXPELLED
    db.flush()
    assert refused(lambda: enter(db, opened)) == "not_enrolled"


def test_check_in_has_its_time(db: Session, cleo: Person, course: Class) -> None:
    with later(hours=-2):
        assert refused(lambda: checkin.check_in(db, course.people[0].person_id, "123456")) == "too_early"
        assert refused(lambda: checkin.open_window(db, cleo.id, course.today.id)) == "too_early"
    assert refused(lambda: checkin.check_in(db, course.people[0].person_id, "123456")) == "not_open"
    checkin.open_window(db, cleo.id, course.today.id, 10)
    with later(minutes=10):
        assert refused(lambda: enter(db, course)) == "closed"
    with later(hours=9):
        assert refused(lambda: enter(db, course)) == "too_late"
        assert refused(lambda: checkin.open_window(db, cleo.id, course.today.id)) == "too_late"


def test_nothing_goes_once_the_instructor_has_closed_it(db: Session, cleo: Person, opened: Class) -> None:
    code = shown(db, opened.today)
    checkin.close_window(db, cleo.id, opened.today.id)
    checkin.close_window(db, cleo.id, opened.today.id)
    assert refused(lambda: enter(db, opened, code=code)) == "closed"
    assert events(db, "check_in_closed") == 1


def test_opened_anew_the_codes_shown_before_are_worthless(db: Session, cleo: Person, opened: Class) -> None:
    code = shown(db, opened.today)
    enter(db, opened, 1)
    checkin.open_window(db, cleo.id, opened.today.id)
    assert refused(lambda: enter(db, opened, code=code)) == "wrong_code"
    assert enter(db, opened, 1).again


def test_a_closed_run_takes_no_check_ins(db: Session, opened: Class) -> None:
    opened.run.state = RunState.CLOSED
    db.flush()
    assert refused(lambda: enter(db, opened)) == "closed"


# The wall, and its confirmation


def test_the_wall_says_who_is_in_who_is_late_and_who_is_missing(db: Session, opened: Class) -> None:
    enter(db, opened, 2)
    with later(minutes=3):
        enter(db, opened, 0)
    seen = wall(db, opened.today)
    assert [(entry.row.name, entry.late) for entry in seen.ready] == [("가은", 3), ("다솜", 0)]
    assert [entry.row.name for entry in seen.missing] == ["나리"]
    assert (seen.entered, seen.late, seen.all) == (2, 1, 3)


def test_one_confirmation_makes_marks_of_all_that_was_seen(db: Session, cleo: Person, opened: Class) -> None:
    enter(db, opened, 0)
    with later(minutes=3):
        enter(db, opened, 1)
        ids = [entry.row.enrolment_id for entry in wall(db, opened.today).ready]
        enter(db, opened, 2)  # after the instructor looked
        assert checkin.confirm(db, cleo.id, opened.today.id, ids).written == 2
        assert marks(db, opened) == ["present", "late 3", ""]
        assert [entry.row.name for entry in wall(db, opened.today).ready] == ["다솜"]
        assert checkin.confirm(db, cleo.id, opened.today.id, ids).written == 0
    assert events(db, "marked") == 1


def test_who_is_taken_out_is_not_confirmed_and_cannot_come_back_alone(db: Session, cleo: Person, opened: Class) -> None:
    enter(db, opened, 0)
    one = opened.people[0].id
    checkin.judge(db, cleo.id, opened.today.id, one, CheckInState.OUT)
    assert refused(lambda: enter(db, opened, 0)) == "taken_out"
    checkin.confirm(db, cleo.id, opened.today.id, [one])
    assert marks(db, opened) == ["", "", ""]
    checkin.judge(db, cleo.id, opened.today.id, one, CheckInState.NEW)
    checkin.confirm(db, cleo.id, opened.today.id, [one])
    assert marks(db, opened) == ["present", "", ""]
    assert refused(lambda: checkin.judge(db, cleo.id, opened.today.id, one, CheckInState.OUT)) == "confirmed"


def test_two_people_from_one_browser_are_doubtful_until_they_are_seen(db: Session, cleo: Person, opened: Class) -> None:
    enter(db, opened, 0, device="a phone")
    enter(db, opened, 1, device="another phone")
    enter(db, opened, 2, device="a phone")
    seen = wall(db, opened.today)
    assert [(entry.row.name, entry.together) for entry in seen.doubtful] == [("가은", ("다솜",)), ("다솜", ("가은",))]
    everybody = [one.id for one in opened.people]
    checkin.confirm(db, cleo.id, opened.today.id, everybody)
    assert marks(db, opened) == ["", "present", ""]
    checkin.judge(db, cleo.id, opened.today.id, everybody[0], CheckInState.SEEN)
    checkin.confirm(db, cleo.id, opened.today.id, everybody)
    assert marks(db, opened) == ["present", "present", ""]
    assert [entry.row.name for entry in wall(db, opened.today).doubtful] == ["다솜"]


def test_a_doubtful_one_who_was_taken_out_comes_back_doubtful(db: Session, cleo: Person, opened: Class) -> None:
    enter(db, opened, 0, device="a phone")
    enter(db, opened, 1, device="a phone")
    for state in (CheckInState.OUT, CheckInState.NEW):
        checkin.judge(db, cleo.id, opened.today.id, opened.people[0].id, state)
    assert len(wall(db, opened.today).doubtful) == 2


def test_a_browser_is_known_within_the_session_and_until_the_confirmation(
    db: Session, cleo: Person, opened: Class
) -> None:
    other = a_class(db, cleo, ("라온",))
    checkin.open_window(db, cleo.id, other.today.id)
    enter(db, opened, device="a phone")
    checkin.check_in(db, other.people[0].person_id, shown(db, other.today), device="a phone")
    kept = db.scalars(select(CheckIn.device)).all()
    assert len(set(kept)) == 2
    assert not any("phone" in (device or "") for device in kept)
    checkin.confirm(db, cleo.id, opened.today.id, [opened.people[0].id])
    assert db.get_one(CheckIn, (opened.today.id, opened.people[0].id)).device is None
    assert checkin.forget_devices(db) == 0
    with later(days=1, seconds=1):
        assert checkin.forget_devices(db) == 1
    assert not any(db.scalars(select(CheckIn.device)))


def test_a_mark_the_instructor_chose_stays_but_absent_gives_way(db: Session, cleo: Person, opened: Class) -> None:
    chosen = ["excused duty", "absent", "late 20"]
    mark(
        db, cleo.id, opened.today.id, {one.id: MarkInput.parse(w) for one, w in zip(opened.people, chosen, strict=True)}
    )
    for number in range(3):
        enter(db, opened, number)
    checkin.confirm(db, cleo.id, opened.today.id, [one.id for one in opened.people])
    assert marks(db, opened) == ["excused duty", "present", "late 20"]


def test_who_withdrew_meanwhile_is_not_marked(db: Session, cleo: Person, opened: Class) -> None:
    enter(db, opened, 0)
    opened.people[0].status = Status.WITHDRAWN
    db.flush()
    assert checkin.confirm(db, cleo.id, opened.today.id, [opened.people[0].id]).written == 0


def test_the_window_is_at_most_as_long_as_the_session(db: Session, cleo: Person, course: Class) -> None:
    long = checkin.open_window(db, cleo.id, course.today.id, 24 * 60)
    assert long.closes_at == course.today.ends_at
    with later(minutes=-20):
        assert checkin.open_window(db, cleo.id, course.today.id, 10).closes_at == NINE + timedelta(minutes=10)
    assert db.scalar(select(func.count()).select_from(CheckInWindow)) == 1


def test_a_class_of_two_runs_at_once_finds_the_right_one_by_the_digits(
    db: Session, cleo: Person, opened: Class
) -> None:
    other = a_class(db, cleo, ("라온",))
    checkin.open_window(db, cleo.id, other.today.id)
    both = factories.an_enrolment(db, other.run, db.get_one(Person, opened.people[0].person_id))
    arrival = checkin.check_in(db, both.person_id, shown(db, other.today))
    assert arrival.session_id == other.today.id
