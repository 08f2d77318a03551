"""Whoever learns online plays one course at a time, and is told so."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.content.models import LessonProgress
from courses.content.watching import seconds
from courses.people.models import Person
from lms.files import Files
from tests.checkin.conftest import NINE
from tests.client import Browser
from tests.content.learners import Player, a_learner


@pytest.fixture
def players(client: Browser, db: Session, ana: Person) -> list[Player]:
    """Of two courses that the same person takes, each in a tab of its own."""
    files: Files = client.app.extensions["files"]
    both = [a_learner(db, ana, files) for _ in range(2)]
    for number, learner in enumerate(both):
        learner.lesson.seconds = 3600
        db.get_one(Course, learner.run.course_id).title = f"사이버 과정 {number + 1}"
    db.commit()
    client.sign_in(ana)
    return [Player(client, learner) for learner in both]


@pytest.fixture
def wait() -> Iterator[Callable[[float], None]]:
    """Let time pass."""
    with ExitStack() as clocks:
        passed = [0.0]

        def go(by: float) -> None:
            passed[0] += by
            clocks.close()
            clocks.enter_context(clock.frozen(NINE + timedelta(seconds=passed[0])))

        yield go


def test_the_second_course_stops_the_first_and_both_say_so(
    players: list[Player], wait: Callable[[float], None]
) -> None:
    first, second = players
    assert first.play()["ended"] is None
    wait(10)
    first.report([0, 10])
    assert second.play()["ended"] == "‘사이버 과정 1’ has stopped: no two courses are played at once"
    wait(10)
    assert second.report([0, 10])["reach"] == 10
    stopped = first.report([0, 20], status=409)["refused"]
    assert stopped == "‘사이버 과정 2’ is being played now: no two courses count at once."


def test_going_back_to_the_first_goes_on_where_it_stopped(players: list[Player], wait: Callable[[float], None]) -> None:
    first, second = players
    first.play()
    wait(10)
    first.report([0, 10])
    second.play()
    wait(10)
    assert first.play()["at"] == 10
    second.report([0, 10], status=409)


def test_nothing_is_said_of_a_course_left_long_ago_or_of_the_same_one(
    players: list[Player], wait: Callable[[float], None]
) -> None:
    first, second = players
    first.play()
    assert first.play()["ended"] is None
    wait(600)
    assert second.play()["ended"] is None


def test_two_courses_in_turn_never_count_more_than_the_time_that_passed(
    db: Session, players: list[Player], wait: Callable[[float], None]
) -> None:
    """A hundred steps of any kind: whatever is said, the clock goes once for both."""
    chance, passed = random.Random(7), 0
    for _ in range(100):
        player = chance.choice(players)
        step = chance.randint(0, 20)
        wait(step)
        passed += step
        if chance.random() < 0.4 or not player.token:
            player.play()
        else:
            whole = {"token": player.token, "parts": [[0, 3600]], "at": passed}
            answer = player.client.http.post(f"{player.learner.address}/reports", json=whole)
            assert answer.status_code in (200, 409)
    db.expire_all()
    watched = sum(seconds(row.watched) for row in db.query(LessonProgress))
    assert 0 < watched <= passed + 2 * len(players)
