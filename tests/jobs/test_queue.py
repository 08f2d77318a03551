"""Work goes in with the caller's transaction, is done once, tried again with pauses, taken back."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from lms.db import Database
from lms.jobs import lease, periodic, queries, queue
from lms.jobs.handlers import HANDLERS
from lms.jobs.lease import Lost
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.work import Work
from lms.jobs.worker import Worker, work_off
from tests import factories
from tests.jobs.deeds import in_state, leave_trace, the_job, traces

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


def test_a_job_is_done_and_says_so(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        later(db, "deed", n=7)
    assert worker.step()
    assert not worker.step()
    assert traces(store) == [7]
    job = the_job(store)
    assert (job.state, job.attempts, job.token, job.lease_until) == (JobState.DONE, 1, None, None)
    assert job.finished_at
    assert job.started_at


def test_an_enqueue_that_is_rolled_back_leaves_nothing(database: Database, store: Session, worker: Worker) -> None:
    with contextlib.suppress(ZeroDivisionError), database.begin() as db:
        assert later(db, "deed", n=1)
        raise ZeroDivisionError
    assert not worker.step()
    assert in_state(store, *JobState) == 0


def test_a_key_is_given_once(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        assert later(db, "deed", key="one", n=1)
        assert later(db, "deed", key="one", n=2) is None
    worker.step()
    with database.begin() as db:
        assert later(db, "deed", key="one", n=3) is None
    assert not worker.step()
    assert traces(store) == [1]


def test_what_failed_may_be_asked_for_anew(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        ana = factories.a_person(db).id
        first = queue.anew(db, "broken", key="one", actor_id=ana)
        assert queue.anew(db, "deed", key="one", actor_id=ana, n=1) == first
        queue.cancel(db, first)
        queue.anew(db, "deed", key="one", actor_id=ana, n=2)
    assert worker.step()
    assert traces(store) == [2]
    assert the_job(store).actor_id == ana


def test_not_before_its_hour(database: Database, store: Session, worker: Worker) -> None:
    with clock.frozen(NOON):
        with database.begin() as db:
            later(db, "deed", due_at=NOON + timedelta(hours=1), n=1)
        assert not worker.step()
    with clock.frozen(NOON + timedelta(hours=1)):
        assert worker.step()
    assert traces(store) == [1]


def test_the_one_due_longest_comes_first(database: Database, worker: Worker, store: Session) -> None:
    with database.begin() as db:
        for n, minutes in enumerate((1, 3, 2)):
            later(db, "deed", due_at=clock.now() - timedelta(minutes=minutes), n=n)
    for so_far in ([1], [1, 2], [0, 1, 2]):
        worker.step()
        assert traces(store) == so_far


@pytest.mark.parametrize("name", ["broken", "nobody_knows_this_name"])
def test_a_failure_is_tried_again_with_longer_pauses(
    database: Database, store: Session, worker: Worker, name: str
) -> None:
    with database.begin() as db:
        later(db, name, max_attempts=3)
    now, pauses = clock.now(), []
    for _ in range(2):
        with clock.frozen(now):
            assert worker.step()
        job = the_job(store)
        assert job.state == JobState.READY
        pauses.append(job.due_at - now)
        now = job.due_at
    with clock.frozen(now):
        assert worker.step()
    assert pauses == [timedelta(seconds=10), timedelta(seconds=40)]
    assert the_job(store).state == JobState.FAILED
    assert the_job(store).error in ("ZeroDivisionError: as ever", "KeyError: 'nobody_knows_this_name'")


def test_a_refusal_is_final(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        later(db, "import_file", file_id=404, seen="", only_good=False, retire=False)
    worker.step()
    job = the_job(store)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error["msgid"] == "This file is no longer here. Send it again."


def test_retry_and_cancel(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        job_id = later(db, "broken", max_attempts=1) or 0
        with pytest.raises(Refused):
            queue.retry(db, job_id)
        queue.cancel(db, job_id)
        with pytest.raises(Refused):
            queue.cancel(db, job_id)
    assert not worker.step()
    with database.begin() as db:
        queue.retry(db, job_id)
    assert worker.step()
    assert the_job(store).state == JobState.FAILED
    with database.begin() as db:
        queue.retry(db, job_id)
    assert the_job(store).attempts == 0


def test_a_running_job_notices_that_it_is_cancelled(
    database: Database, store: Session, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled_meanwhile(work: Work) -> None:
        with work.begin() as db:
            leave_trace(db, 1)
        with database.begin() as db:
            queue.cancel(db, work.claim.id)
        with work.begin(last=True) as db:
            leave_trace(db, 2)

    monkeypatch.setitem(HANDLERS, "cancelled_meanwhile", cancelled_meanwhile)
    with database.begin() as db:
        later(db, "cancelled_meanwhile")
    worker.step()
    assert traces(store) == [1]
    assert the_job(store).state == JobState.CANCELLED


def test_progress_is_written_once_a_second(
    database: Database, store: Session, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    seconds = iter([100.0, 100.0, 100.4, 101.2, 101.2, 101.3])

    def counting(work: Work) -> None:
        for n in (1, 2, 3, 4):
            work.progress(n, 4, "so far")
            seen.append(the_job(store).done)

    monkeypatch.setattr("lms.jobs.work.monotonic", lambda: next(seconds))
    monkeypatch.setitem(HANDLERS, "counting", counting)
    with database.begin() as db:
        later(db, "counting")
    worker.step()
    assert seen == [1, 1, 3, 3]
    job = the_job(store)
    assert (job.done, job.total, job.line) == (4, 4, "so far")


def test_the_heartbeat_keeps_a_long_job(database: Database, store: Session, worker: Worker) -> None:
    with database.begin() as db:
        later(db, "deed", n=1)
    other = Worker(database, worker.config, name="other")
    at = clock.now()
    with clock.frozen(at), database.begin() as db:
        worker.claim = lease.claim(db, worker.lease)
    for seconds, keeper, state in (
        (50, worker, JobState.RUNNING),
        (100, other, JobState.RUNNING),  # twice the lease has not passed since the heartbeat
        (111, other, JobState.READY),
    ):
        with clock.frozen(at + timedelta(seconds=seconds)):
            keeper.keep_house()
        assert the_job(store).state == state, seconds


def test_a_lost_lease_cannot_be_used(database: Database, worker: Worker) -> None:
    with database.begin() as db:
        later(db, "deed", n=1)
        claim = lease.claim(db, timedelta(seconds=-1))
    assert claim
    worker.keep_house()
    with pytest.raises(Lost), database.begin() as db:
        lease.change(db, claim, done=1)


@pytest.mark.race
def test_two_schedulers_make_one_job(database: Database, store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have both looked before either puts it in; without a key there are two."""
    monkeypatch.setattr(periodic, "PERIODIC", {"deed": time(0, 0)})
    line = threading.Barrier(2)

    def schedule(_n: int) -> None:
        with database.begin() as db:
            periodic.schedule(db)

    def careless(_n: int) -> None:
        with database.begin() as db:
            known = db.scalar(select(Job.id).where(Job.name == "careless"))
        line.wait(60)
        with database.begin() as db:
            if known is None:
                later(db, "careless")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(schedule, range(2)))
        list(pool.map(careless, range(2)))
    store.rollback()
    names = sorted(store.scalars(select(Job.name)))
    assert names == ["careless", "careless", "deed"]


def test_a_key_that_others_are_just_taking(database: Database, store: Session) -> None:
    """What the schedulers rest on: the second waits for the first, and then lets it be."""
    given: list[int | None] = []

    def second() -> None:
        with database.begin() as db:
            given.append(later(db, "deed", key="nightly:2026-11-23", n=2))

    thread = threading.Thread(target=second)
    with database.begin() as db:
        given.append(later(db, "deed", key="nightly:2026-11-23", n=1))
        thread.start()
    thread.join()
    assert [job_id is None for job_id in given] == [False, True]
    assert in_state(store, *JobState) == 1


def test_the_calendar_waits_for_the_hour_and_makes_up_for_it(
    database: Database, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periodic, "PERIODIC", {"deed": time(3, 0)})
    keys = []
    for moment in (
        datetime(2026, 11, 22, 17, 59, tzinfo=UTC),  # 02:59 in Seoul
        datetime(2026, 11, 22, 18, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    ):
        with clock.frozen(moment), database.begin() as db:
            periodic.schedule(db)
        store.rollback()
        keys.append(sorted(key or "" for key in store.scalars(select(Job.key))))
    assert keys == [[], ["deed:2026-11-23"], ["deed:2026-11-23"], ["deed:2026-11-23", "deed:2026-11-24"]]


def test_an_idle_worker_writes_nothing(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("it opened a writing transaction")

    monkeypatch.setattr(worker.database, "writing", refuse)
    assert not worker.step()


def test_how_the_work_stands(database: Database, store: Session, worker: Worker) -> None:
    assert queries.oldest_waiting(store) is None
    assert queries.last_beat(store) is None
    early = clock.now() - timedelta(hours=1)
    with database.begin() as db:
        later(db, "deed", n=1, due_at=early)
        later(db, "deed", n=2, due_at=early + timedelta(days=1))
    worker.keep_house()
    store.rollback()
    assert queries.oldest_waiting(store) == early
    assert queries.last_beat(store)
    assert queries.counts(store)[JobState.READY] == 2
    assert work_off(database, worker.config) == 1
    store.rollback()
    assert queries.oldest_waiting(store) is None
    assert {state: n for state, n in queries.counts(store).items() if n} == {JobState.READY: 1, JobState.DONE: 1}
