"""What the races would show if seats were given out carelessly: reading and writing in two transactions oversells."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import CheckConstraint, Engine, MetaData, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.db import Base, make_engine
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run
from tests import factories
from tests.races.conftest import racers

pytestmark = pytest.mark.race

SEATS, PEOPLE = 3, 12


@pytest.mark.parametrize("checked", [False, True], ids=["without-the-check", "with-the-check"])
def test_two_transactions_oversell(empty_url: str, checked: bool) -> None:
    engine = make_engine(empty_url)
    schema(checked).create_all(engine)
    with Session(engine) as db:
        run_id = factories.a_run(db, seats=SEATS).id
        people = racers(db, PEOPLE)
    everybody_has_read = threading.Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        refused = list(pool.map(lambda person: careless(engine, run_id, person, everybody_has_read), people))
    with Session(engine) as db:
        seated = db.scalar(select(func.count()).where(Enrolment.status == Status.ENROLLED))
        taken = db.scalar(select(Run.taken).where(Run.id == run_id))
    engine.dispose()
    assert (seated, taken) == ((SEATS, SEATS) if checked else (PEOPLE, PEOPLE))
    assert refused.count(True) == (PEOPLE - SEATS if checked else 0)


def careless(engine: Engine, run_id: int, person_id: int, everybody_has_read: threading.Barrier) -> bool:
    """Look whether a seat is free; in another transaction take it. Whether the database itself refused."""
    with Session(engine.execution_options(writes=False)) as db:
        free = db.scalar(select(Run.capacity - Run.taken).where(Run.id == run_id)) or 0
    everybody_has_read.wait(60)
    if free <= 0:
        return False
    now = clock.now()
    row = {"run_id": run_id, "person_id": person_id, "status": Status.ENROLLED, "applied_at": now, "moved_at": now}
    try:
        with Session(engine) as db:
            db.execute(update(Run).where(Run.id == run_id).values(taken=Run.taken + 1))
            db.execute(insert(Enrolment).values(row))
            db.commit()
    except IntegrityError:
        return True
    return False


def schema(checked: bool) -> MetaData:
    """The product's tables, or the same without what keeps a run from being oversold."""
    if checked:
        return Base.metadata
    copy = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(copy)
    run = copy.tables["run"]
    run.constraints -= {
        one for one in run.constraints if isinstance(one, CheckConstraint) and "taken <= capacity" in str(one.sqltext)
    }
    return copy
