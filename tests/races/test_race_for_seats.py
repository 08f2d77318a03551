"""Two hundred people press at the same moment: as many sit as there are seats, the rest wait in one order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from courses.enrolment import actions, allotment, eligibility
from courses.enrolment.models import Enrolment, Status
from courses.events.models import Event
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.conftest import own_database
from tests.live import committed
from tests.races.conftest import racers
from tests.races.server import Server, at_once, serving

pytestmark = pytest.mark.race

SEE_OTHER, CONFLICT = 303, 409


@pytest.fixture(scope="module", params=[1, 2, 4])
def server(
    template_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """So many web processes, for all races: each has its own people and runs."""
    home = tmp_path_factory.mktemp("server")
    with own_database(template_url, home) as url, serving(url, home, request.param) as server:
        yield server


@pytest.fixture
def store(server: Server) -> Iterator[Session]:
    """A Session on its database that commits."""
    with committed(server.url) as session:
        yield session


def test_200_people_30_seats(store: Session, server: Server) -> None:
    run = factories.a_run(store, seats=30)
    people = racers(store, 200)
    statuses = at_once([server.poster(f"/runs/{run.id}/enrolments", person) for person in people])
    assert statuses == [SEE_OTHER] * 200
    store.rollback()  # and see what was committed
    places = select(Enrolment.person_id, Enrolment.status, Enrolment.queue_no).where(Enrolment.run_id == run.id)
    rows = store.execute(places).all()
    assert sorted(row.person_id for row in rows) == people
    assert sum(row.status is Status.ENROLLED for row in rows) == 30
    assert sorted(row.queue_no for row in rows if row.status is Status.WAITLISTED) == list(range(1, 171))
    check(store, run.id)
    moves = store.scalars(select(Event).where(Event.kind == "moved", Event.run_id == run.id).order_by(Event.id)).all()
    assert [event.data["queue_no"] for event in moves] == [None] * 30 + list(range(1, 171))


def test_one_person_and_two_runs_at_the_same_time(store: Session, server: Server) -> None:
    runs = [factories.a_run(store), factories.a_run(store)]
    people = racers(store, 20)
    statuses = at_once([server.poster(f"/runs/{run.id}/enrolments", person) for person in people for run in runs])
    for pair in zip(statuses[::2], statuses[1::2], strict=True):
        assert sorted(pair) == [SEE_OTHER, CONFLICT]
    store.rollback()
    places = select(Enrolment.person_id, Enrolment.status).where(Enrolment.run_id.in_([run.id for run in runs]))
    seats = store.execute(places).all()
    assert sorted(row.person_id for row in seats) == people
    assert {row.status for row in seats} == {Status.ENROLLED}


def test_one_person_presses_twenty_times(store: Session, server: Server) -> None:
    run = factories.a_run(store)
    [person] = racers(store, 1)
    statuses = at_once([server.poster(f"/runs/{run.id}/enrolments", person)] * 20)
    assert sorted(statuses) == [SEE_OTHER] + [CONFLICT] * 19
    store.rollback()
    assert store.scalars(select(Enrolment.status).where(Enrolment.run_id == run.id)).all() == [Status.ENROLLED]
    check(store, run.id)


def test_withdrawals_promotions_and_capacity(store: Session, server: Server) -> None:
    """Some withdraw while others come, in two overlapping runs, and an officer adds and takes seats meanwhile."""
    runs = [factories.a_run(store, seats=6), factories.a_run(store, seats=6)]
    people = racers(store, 40)
    with Session(store.get_bind()) as db:
        for n, person in enumerate(people[:24]):
            actions.enrol(db, person, runs[n % 2].id, person)
        db.commit()
        placed = select(Enrolment.id, Enrolment.person_id).where(Enrolment.person_id.in_(people))
        places = db.execute(placed.order_by(Enrolment.id)).all()
    database = Database(server.url)
    leaving = [server.poster(f"/enrolments/{id_}/withdrawal", person) for id_, person in places[::2]]
    coming = [server.poster(f"/runs/{runs[n % 2].id}/enrolments", person) for n, person in enumerate(people[20:])]
    resizing = [
        lambda run_id=run.id, seats=seats: change_capacity(database, run_id, seats)
        for run in runs
        for seats in (9, 4, 8)
    ]
    statuses = at_once([*leaving, *coming, *resizing])
    database.engine.dispose()
    assert set(statuses) <= {SEE_OTHER, CONFLICT}
    assert statuses[: len(leaving)].count(SEE_OTHER) == len(leaving)
    for run in runs:
        check(store, run.id)
    assert not store.execute(
        select(Enrolment.person_id)
        .where(Enrolment.status == Status.ENROLLED, Enrolment.person_id.in_(people))
        .group_by(Enrolment.person_id)
        .having(func.count() > 1)
    ).all()


def change_capacity(database: Database, run_id: int, seats: int) -> int:
    """As the officer's door does it: again, when somebody else holds a person or the database gives up."""
    for _ in range(200):
        try:
            with database.begin() as db:
                allotment.change_capacity(db, None, db.get_one(Run, run_id), seats)
        except OperationalError:
            continue
        return SEE_OTHER
    raise AssertionError("the capacity could not be changed")


def check(db: Session, run_id: int) -> None:
    """The counts are right, nobody has a number twice, and nobody waits for a free seat that they may have."""
    db.rollback()
    run = db.get_one(Run, run_id, populate_existing=True)
    seated = select(func.count()).where(Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)
    assert run.taken == db.scalar(seated)
    assert run.capacity is not None
    assert run.taken <= run.capacity
    waiting = db.scalars(
        select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.status == Status.WAITLISTED)
    ).all()
    numbers = [enrolment.queue_no for enrolment in waiting]
    assert len(set(numbers)) == len(numbers)
    for enrolment in waiting:
        assert run.taken == run.capacity or eligibility.obstacle(db, run, enrolment.person_id)
