"""Reports of players: skips, faked reports, two tabs, a lost network, a sleeping laptop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.content.models import Playing
from courses.enrolment.models import Status
from courses.errors import Refused
from courses.people.models import Person
from lms.config import Config
from lms.files import Files
from tests.client import Browser
from tests.content.learners import SECONDS, Learner, Player, a_learner
from tests.factories import some_day

Wait = Callable[[float], None]


@pytest.fixture
def wait() -> Iterator[Wait]:
    """Let time pass: `wait(5)`."""
    start, passed = some_day(), [0.0]
    with ExitStack() as clocks:

        def go(by: float) -> None:
            passed[0] += by
            clocks.close()
            clocks.enter_context(clock.frozen(start + timedelta(seconds=passed[0])))

        go(0)
        yield go


@pytest.fixture
def learner(client: Browser, db: Session, ana: Person, wait: Wait) -> Learner:
    files: Files = client.app.extensions["files"]
    return a_learner(db, ana, files)


@pytest.fixture
def player(client: Browser, learner: Learner) -> Player:
    return Player(client.sign_in(learner.person), learner)


def test_two_minutes_are_watched_in_two_minutes(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    for second in range(0, SECONDS, 5):
        wait(5)
        answer = player.report([0, second + 5])
    assert (answer["progress"], answer["done"], answer["at"]) == ("100", True, 0)
    row = player.learner.row(db)
    assert (row.watched, row.progress, row.done_at) == ([[0, SECONDS]], 10_000, clock.now())


def test_what_was_seen_twice_counts_once(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    for _ in range(3):
        wait(30)
        player.report([0, 30])
    assert player.learner.row(db).watched == [[0, 30]]


def test_a_skip_ahead_is_sent_back_and_counts_nothing(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    wait(10)
    player.report([0, 10])
    wait(20)
    answer = player.report([90, 110])
    assert (answer["reach"], answer["at"], answer["progress"]) == (10, 10, "8.33")


def test_where_skipping_is_allowed_the_parts_count(
    db: Session, client: Browser, ana: Person, wait: Wait, learner: Learner
) -> None:
    learner.lesson.seekable = True
    db.commit()
    player = Player(client.sign_in(ana), learner)
    player.play()
    wait(30)
    assert player.report([0, 10], [90, 110])["progress"] == "25"
    assert learner.row(db).at == 110


def test_a_faked_report_counts_no_more_than_time_has_passed(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    wait(7)
    player.report([0, SECONDS])
    assert player.learner.row(db).watched == [[0, 7]]
    player.report([0, SECONDS])
    assert player.learner.row(db).watched == [[0, 7]]


def test_faster_counts_where_the_setting_allows(
    db: Session, player: Player, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = player.client.app.extensions["config"]
    monkeypatch.setitem(player.client.app.extensions, "config", replace(settings, playback_percent=150))
    player.play()
    wait(10)
    player.report([0, 20])
    assert player.learner.row(db).watched == [[0, 15]]


def test_two_tabs_count_once_and_the_first_one_is_told(db: Session, player: Player, wait: Wait) -> None:
    second = Player(player.client, player.learner)
    player.play()
    wait(10)
    player.report([0, 10])
    second.play()
    wait(10)
    assert player.report([0, 20], status=409)["refused"] == "Playing goes on somewhere else."
    assert second.report([10, 20])["reach"] == 20
    assert player.play()["at"] == 20
    second.report([10, 25], status=409)
    assert len(db.scalars(select(Playing)).all()) == 1


def test_a_lost_network_loses_nothing_that_was_watched(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    wait(5)
    player.report([0, 5])
    wait(60)
    player.report([0, 30], [0, 20], [30, 50])
    assert player.learner.row(db).watched == [[0, 50]]
    player.report([0, 30], [0, 20], [30, 50])
    assert player.learner.row(db).watched == [[0, 50]]


def test_an_hour_asleep_counts_nothing(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    wait(20)
    player.report([0, 20])
    wait(3600)
    assert player.report([0, 22])["progress"] == "18.33"
    wait(5)
    player.report([0, 60])
    assert player.learner.row(db).watched == [[0, 22 + 5 + 3]]  # three seconds at most are kept for late reports


def test_one_goes_on_where_one_left(client: Browser, player: Player, wait: Wait) -> None:
    player.play()
    wait(40)
    player.report([0, 40])
    page = client.get(player.learner.address).text
    assert 'data-at="40"' in page
    assert 'data-reach="40"' in page


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"token": "x"},
        {"token": "x", "parts": [[0]], "at": 0},
        {"token": "x", "parts": [[0, 1.5]], "at": 0},
        {"token": "x", "parts": [[0, 10**9]], "at": 0},
        {"token": "x", "parts": [[-1, 5]], "at": 0},
        {"token": "x", "parts": [], "at": True},
        {"token": 1, "parts": [], "at": 0},
    ],
)
def test_a_broken_report_is_refused(player: Player, said: object) -> None:
    player.client.post(f"{player.learner.address}/reports", 422, json=said)


def test_nobody_reports_for_another(client: Browser, player: Player, eve: Person, dan: Person, wait: Wait) -> None:
    player.play()
    wait(30)
    for other in (eve, dan):
        client.sign_in(other)
        player.report([0, 30], status=404)
        client.post(f"{player.learner.address}/playing", 404, json={})


def test_who_has_withdrawn_learns_no_more(db: Session, player: Player, wait: Wait) -> None:
    player.play()
    player.learner.enrolment.status = Status.WITHDRAWN
    db.commit()
    wait(5)
    player.report([0, 5], status=404)
    player.client.get(player.learner.address, 404)


@pytest.mark.parametrize("days", [-2, 60])
def test_before_and_after_the_run_nothing_counts(client: Browser, player: Player, wait: Wait, days: int) -> None:
    wait(days * 24 * 3600)
    assert player.play(409)["refused"]
    client.get(player.learner.address, 409 if days < 0 else 200)


def test_no_pace_at_all_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.setenv("PLAYBACK_PERCENT", "0")
    with pytest.raises(Refused, match="PLAYBACK_PERCENT"):
        Config.from_environment()
