"""Hundreds of people press “enrol” at the same moment while things break: whatever was answered is so afterwards."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.db import make_engine
from courses.enrolment import actions, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.scheduling import locks
from courses.scheduling.models import Run
from lms import migrate
from lms.db import Database
from scripts.benchmarks.rush_check import CONFLICT, OK, faults, unsound, untrue
from scripts.benchmarks.rush_client import Press, press_all
from scripts.benchmarks.rush_stage import signer
from tests import conftest, factories
from tests.enrolment.scenes import require_sound
from tests.live import committed
from tests.postgres import Postgres
from tests.races.conftest import racers
from tests.races.server import SECRET, Server, serving
from tests.races.test_overselling import careless, schema
from tests.races.test_race_for_seats import SEE_OTHER, change_capacity

pytestmark = pytest.mark.race

PEOPLE, SEATS, AT_A_TIME = 300, 40, 64


def presses_of(people: Sequence[int], run_ids: Sequence[int]) -> list[Press]:
    """Each presses once: the people in turn for each of the runs."""
    sign = signer(SECRET)
    return [
        Press(sign(f"/runs/{run_ids[n % len(run_ids)]}/enrolments?part=row", person, ""))
        for n, person in enumerate(people)
    ]


def test_everybody_at_the_same_moment(store: Session, race_url: str, tmp_path: Path) -> None:
    """Two nodes; half of the people press for one run, the others for twenty."""
    wanted = factories.a_run(store, seats=SEATS).id
    others = [factories.a_run(store, seats=SEATS // 20, starts_in=11 + n).id for n in range(20)]
    people = racers(store, PEOPLE)
    presses = presses_of(people, [run_id for other in others for run_id in (wanted, other)])
    with ExitStack() as stack:
        homes = [tmp_path / name for name in ("one", "two")]
        for home in homes:
            home.mkdir()
        nodes = [stack.enter_context(serving(race_url, home, 2)) for home in homes]
        press_all([node.port for node in nodes], presses, AT_A_TIME)
    assert [press.status for press in presses] == [OK] * PEOPLE
    assert not faults(store, [wanted, *others], presses, people)


def test_a_worker_is_killed(store: Session, race_url: str, tmp_path: Path) -> None:
    run = factories.a_run(store, seats=SEATS)
    people = racers(store, PEOPLE)
    presses = presses_of(people, [run.id])
    with serving(race_url, tmp_path, 2) as server:
        killed = at(PEOPLE // 3, lambda: os.kill(server.busiest(), signal.SIGKILL))
        press_all([server.port], presses, AT_A_TIME, meanwhile=killed)
    assert sum(press.lost for press in presses) > 0
    require_all_true(store, run.id, presses, people)


def test_the_database_stops_hard_and_starts_again(tmp_path: Path) -> None:
    """PostgreSQL as after a power cut. SQLite lives in the server's processes: all of them are killed."""
    with breakable(tmp_path) as (url, stop, start), committed(url) as db, serving(url, tmp_path, 2) as server:
        run = factories.a_run(db, seats=SEATS)
        people = racers(db, PEOPLE)
        presses = presses_of(people, [run.id])
        mended = threading.Thread(target=once_felt, args=(presses, start))

        def power_cut() -> None:
            stop(server)
            mended.start()

        press_all([server.port], presses, AT_A_TIME, meanwhile=at(PEOPLE // 3, power_cut))
        mended.join()
        assert sum(press.tries for press in presses) > PEOPLE
        require_all_true(db, run.id, presses, people)


def test_withdrawals_capacity_and_promotion_in_a_rush(store: Session, race_url: str, tmp_path: Path) -> None:
    run = factories.a_run(store, seats=20)
    people = racers(store, PEOPLE)
    early, coming = people[:30], people[30:]
    database = Database(race_url)
    places = [enrolled(database, run.id, person) for person in early]
    presses = presses_of(coming, [run.id])
    answers: list[int] = []
    with serving(race_url, tmp_path, 2) as server, ThreadPoolExecutor(4) as pool:

        def race() -> None:
            steps: list[Callable[[], int]] = [
                server.poster(f"/enrolments/{places[n]}/withdrawal", early[n]) for n in (0, 7)
            ]
            steps += [lambda: change_capacity(database, run.id, 24), lambda: promote(database, run.id)]
            answers.extend(pool.map(lambda step: step(), steps))

        racing = threading.Thread(target=race)
        press_all([server.port], presses, AT_A_TIME, meanwhile=at(len(coming) // 3, racing.start))
        racing.join()
    database.engine.dispose()
    assert answers == [SEE_OTHER] * 4
    store.rollback()
    assert not untrue(store, presses, coming)
    require_sound(store, run.id)
    left = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.status == Status.WITHDRAWN)
    assert sorted(store.scalars(left)) == [early[0], early[7]]
    assert store.scalars(select(Run.taken).where(Run.id == run.id)).one() == 24
    first = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.status == Status.ENROLLED)
    assert set(store.scalars(first)) == {*early[:26]} - {early[0], early[7]}


def test_without_the_guard_it_is_seen(empty_url: str) -> None:
    """The negative control: read and write in two transactions, without the check of the schema."""
    engine = make_engine(empty_url)
    schema(checked=False).create_all(engine)
    with Session(engine) as db:
        run_id = factories.a_run(db, seats=3).id
        people = racers(db, 12)
    everybody_has_read = threading.Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: careless(engine, run_id, person, everybody_has_read), people))
    with Session(engine) as db:
        assert unsound(db, run_id) == [f"run {run_id}: 12 seated and 12 counted of 3 expected"]
    engine.dispose()


def at(answered: int, act: Callable[[], object]) -> Callable[[int], None]:
    """Act once, when so many have their answer."""
    todo = [act]

    def meanwhile(count: int) -> None:
        if count >= answered and todo:
            todo.pop()()

    return meanwhile


def once_felt(presses: Sequence[Press], start: Callable[[], None]) -> None:
    """Start it again when somebody has had to press again."""
    while all(press.tries < 2 for press in presses):
        time.sleep(0.05)
    start()


def require_all_true(db: Session, run_id: int, presses: Sequence[Press], people: Sequence[int]) -> None:
    """Everybody has an answer that is so; who pressed again may hear of the place they have already."""
    db.rollback()
    assert {press.status for press in presses} <= {OK, CONFLICT}
    assert not faults(db, [run_id], presses, people)
    require_sound(db, run_id)


@contextmanager
def breakable(home: Path) -> Iterator[tuple[str, Callable[[Server], None], Callable[[], None]]]:
    """A database of its own, what stops it hard, and what starts it again."""

    def kill_all(server: Server) -> None:
        for worker in server.workers():
            os.kill(worker, signal.SIGKILL)

    if conftest.SERVER is None:
        url = f"sqlite:///{home}/lms.db"
        migrated(url)
        yield url, kill_all, lambda: None
        return
    postgres = Postgres(durable=True)
    try:
        migrated(postgres.url)
        yield postgres.url, lambda _server: postgres.halt(), postgres.start
    finally:
        postgres.stop()


def migrated(url: str) -> None:
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def enrolled(database: Database, run_id: int, person_id: int) -> int:
    with database.begin() as db:
        return actions.enrol(db, person_id, run_id, person_id).id


def promote(database: Database, run_id: int) -> int:
    """As every night."""
    with database.begin() as db:
        waitlist.promote(db, None, locks.lock_run(db, run_id))
    return SEE_OTHER
