"""Whatever everybody does, in whatever order: no count is wrong, nothing is exceeded, nobody is overtaken.

Random sequences of what `machine` and `upheaval` know; after every step the rows are counted and the events followed.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, quotas, waitlist
from tests.enrolment.machine import START, Enrolling, World
from tests.enrolment.upheaval import Upheaval


def play(connection: Connection, machine: type[Enrolling] = Upheaval, **how: Any) -> None:
    with clock.frozen(START), Session(connection, join_transaction_mode="create_savepoint") as db:
        world = World(db)
        for unit in world.units:
            db.refresh(unit)
        db.expunge_all()
    bounded = settings(
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **{"max_examples": 25, "stateful_step_count": 30, **how},
    )
    run_state_machine_as_test(lambda: machine(connection, world), settings=bounded)  # type: ignore[no-untyped-call]  # untyped there


def test_nothing_that_anybody_does_breaks_a_law(connection: Connection) -> None:
    play(connection)


BROKEN = {
    "who waits is forgotten": (waitlist, "promote", lambda *_: []),
    "quotas hold nobody back": (quotas, "fits", lambda *_: True),
    "quotas are not given back": (quotas, "count", lambda db, run_id, unit_id, n: None),
    "two places at once": (eligibility, "_clash", lambda *_: None),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_machine_without_one_of_its_guards_is_found_out(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    module, name, careless = BROKEN[broken]
    monkeypatch.setattr(module, name, careless)
    with pytest.raises((AssertionError, IntegrityError)):  # a law, or the database's own check
        play(connection, max_examples=150, phases=[Phase.generate], report_multiple_bugs=False)
