"""Jobs with many facts are done as one: in order, each once, and alone when something is wrong with one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from lms.db import Database
from lms.jobs import handlers, lease, queue
from lms.jobs.handlers import HANDLERS
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.work import HandedBack, Work
from lms.jobs.worker import Worker
from tests.jobs.deeds import in_state, leave_trace, traces

Calls = list[list[int]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The numbers that `many` was called with, call by call; -1 is what it cannot do."""
    called: Calls = []

    def many(work: Work, facts: list[dict[str, Any]]) -> None:
        called.append([fact["n"] for fact in facts])
        with work.begin(last=True) as db:
            for n in called[-1]:
                assert n >= 0
                leave_trace(db, n)

    monkeypatch.setitem(HANDLERS, "many", many)
    monkeypatch.setattr(handlers, "together", lambda: {"many"})
    return called


def put(database: Database, *numbers: int, name: str = "many") -> list[int]:
    with database.begin() as db:
        return [later(db, name, facts=[{"n": n}]) or 0 for n in numbers]


def states(store: Session) -> list[tuple[JobState, int]]:
    store.rollback()
    return [(job.state, job.attempts) for job in store.scalars(select(Job).order_by(Job.id))]


def test_all_that_is_due_is_done_as_one(database: Database, store: Session, worker: Worker, calls: Calls) -> None:
    put(database, *range(1, 8))
    assert worker.step()
    assert not worker.step()
    assert calls == [[1, 2, 3, 4, 5, 6, 7]]
    assert states(store) == [(JobState.DONE, 1)] * 7


def test_an_order_is_kept_between_jobs_of_different_names(database: Database, worker: Worker, calls: Calls) -> None:
    put(database, 1, 2)
    with database.begin() as db:
        later(db, "deed", n=10)
    put(database, 3)
    for so_far in ([[1, 2]], [[1, 2]], [[1, 2], [3]]):
        assert worker.step()
        assert calls == so_far


def test_no_more_than_a_transaction_bears(database: Database, worker: Worker, calls: Calls) -> None:
    with database.begin() as db:
        for first in (0, 150, 300):
            later(db, "many", facts=[{"n": n} for n in range(first, first + 150)])
        later(db, "many", facts=[{"n": 450}])
    while worker.step():
        pass
    assert [len(call) for call in calls] == [150, 150, 151]
    assert [n for call in calls for n in call] == list(range(451))


def test_what_fails_is_done_alone_and_takes_nothing_with_it(
    database: Database, store: Session, worker: Worker, calls: Calls
) -> None:
    put(database, 1, -1, 2)
    while worker.step():
        pass
    assert calls == [[1, -1, 2], [1], [-1], [2]]
    assert traces(store) == [1, 2]
    assert states(store) == [(JobState.DONE, 2), (JobState.READY, 2), (JobState.DONE, 2)]


def test_what_killed_a_worker_is_done_alone(database: Database, store: Session, worker: Worker, calls: Calls) -> None:
    put(database, 1, 2)
    with database.begin() as db:
        claim = lease.claim(db, timedelta(seconds=-1), {"many"})
    assert claim
    assert len(claim.ids) == 2
    worker.keep_house()
    while worker.step():
        pass
    assert calls == [[1], [2]]
    assert states(store) == [(JobState.DONE, 2)] * 2


def test_one_that_is_cancelled_meanwhile_does_not_happen(
    database: Database, store: Session, worker: Worker, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, usual = put(database, 1, 2, 3), HANDLERS["many"]

    def cancelled_meanwhile(work: Work, facts: list[dict[str, Any]]) -> None:
        if len(facts) == 3:
            with database.begin() as db:
                queue.cancel(db, ids[1])
        usual(work, facts=facts)

    monkeypatch.setitem(HANDLERS, "many", cancelled_meanwhile)
    while worker.step():
        pass
    assert calls == [[1, 2, 3], [1], [3]]
    assert traces(store) == [1, 3]
    assert in_state(store, JobState.CANCELLED) == 1


def test_handed_back_as_they_were(
    database: Database, store: Session, worker: Worker, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = HANDLERS["many"]
    put(database, 1, 2)

    def ends(_work: Work, **_args: Any) -> None:
        raise HandedBack

    monkeypatch.setitem(HANDLERS, "many", ends)
    worker.step()
    assert states(store) == [(JobState.READY, 0)] * 2
    monkeypatch.setitem(HANDLERS, "many", usual)
    worker.step()
    assert calls == [[1, 2]]


def test_the_heartbeat_keeps_all_of_them(database: Database, store: Session, worker: Worker, calls: Calls) -> None:
    put(database, 1, 2)
    at = clock.now()
    with clock.frozen(at), database.begin() as db:
        worker.claim = lease.claim(db, worker.lease, {"many"})
    for seconds in (50, 100):
        with clock.frozen(at + timedelta(seconds=seconds)):
            worker.keep_house()
        assert in_state(store, JobState.RUNNING) == 2
    assert calls == []


def test_news_rests_while_many_press(database: Database, store: Session, worker: Worker, calls: Calls) -> None:
    """Other work goes on meanwhile; after half a minute, or when few press, people are told."""
    at = clock.now()
    with clock.frozen(at):
        put(database, *range(1, 13))
        assert not worker.step(patient=True)
        with database.begin() as db:
            later(db, "deed", n=100)
        assert worker.step(patient=True)
        assert not worker.step(patient=True)
        assert (calls, traces(store)) == ([], [100])
    with clock.frozen(at + timedelta(seconds=31)):
        put(database, *range(13, 25))
        assert worker.step(patient=True)
    assert calls == [[*range(1, 25)]]


def test_news_is_told_when_nobody_presses_any_more(database: Database, worker: Worker, calls: Calls) -> None:
    at = clock.now()
    with clock.frozen(at):
        put(database, *range(1, 13))
        assert not worker.step(patient=True)
    with clock.frozen(at + timedelta(seconds=2)):
        put(database, 13)
        assert worker.step(patient=True)
    assert calls == [[*range(1, 14)]]


def test_a_few_changes_are_no_rush(database: Database, worker: Worker, calls: Calls) -> None:
    put(database, *range(1, 4))
    assert worker.step(patient=True)
    assert calls == [[1, 2, 3]]
