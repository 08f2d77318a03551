"""What a planner need not type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.scheduling.defaults import window
from courses.scheduling.queries import last_of
from tests import factories
from tests.client import Browser

FIRST = date(2026, 12, 7)
BEGINS = clock.at(FIRST, time(9))


@pytest.mark.parametrize("before", [timedelta(days=60), timedelta(days=5), timedelta(days=1), timedelta(hours=1)])
def test_applications_open_before_they_close_and_close_before_the_class(before: timedelta) -> None:
    opens, closes, withdraw = window(FIRST, FIRST, BEGINS - before, begins_at=BEGINS)
    assert opens < closes <= BEGINS
    assert opens < withdraw <= BEGINS


def test_a_week_is_left_where_there_is_one() -> None:
    closes: datetime = window(FIRST, FIRST, BEGINS - timedelta(days=60), begins_at=BEGINS)[1]
    assert closes == clock.at(FIRST - timedelta(days=7), time(18))


def test_the_next_run_starts_from_what_the_last_one_had(
    client: Browser, db: Session, dan: Person, cleo: Person
) -> None:
    course, room = factories.a_course(db), factories.a_room(db)
    factories.a_run(db, course, starts_in=-30, instructors=[cleo], room=room)
    factories.a_run(db, course, starts_in=-10, state="cancelled", instructors=[dan])
    assert last_of(db, course.id)[:3] == (room.id, "", (cleo.id,))
    page = client.sign_in(dan).get(f"/operations/runs/new?course={course.id}").text
    assert f'selected value="{room.id}"' in page
    assert f'selected value="{cleo.id}"' in page
