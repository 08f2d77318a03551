"""Two officers select at the same moment, while people withdraw; a draw that two hold at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses import clock
from courses.enrolment import actions, draws, lots, selection
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.draw.scenes import a_draw_run, entrants
from tests.enrolment.scenes import require_sound
from tests.races.test_race_for_quotas import all_at_once
from tests.selection.scenes import a_closed_selection, nominees

pytestmark = pytest.mark.race


def a_list(database: Database, seats: int, people: int) -> tuple[int, list[int]]:
    with database.begin(reacts=False) as db:
        run = a_closed_selection(db, seats=seats)
        rows = nominees(db, run, factories.a_unit(db), list(range(1, people + 1)))
        return run.id, [one.id for one in rows]


def test_two_officers_select_the_same_and_others(database: Database) -> None:
    run_id, ids = a_list(database, 6, 12)
    told: list[dict[int, str]] = []

    def choose(some: list[int]) -> Any:
        def act(db: Any) -> None:
            told.append({id_: no.code for id_, no in selection.select(db, None, run_id, some)})

        return act

    assert all_at_once(database, [choose(ids[:8]), choose(ids[4:])]) == ["done"] * 2
    with database.look() as db:
        require_sound(db, run_id)
        statuses = [db.get_one(Enrolment, id_).status for id_ in ids]
        assert statuses.count(Status.ENROLLED) == 6 == db.get_one(Run, run_id).taken
    assert {code for refused in told for code in refused.values()} <= {"full", "decided"}


def test_withdrawing_while_somebody_selects_and_lets_wait(database: Database) -> None:
    run_id, ids = a_list(database, 4, 10)
    with database.look() as db:
        people = {id_: db.get_one(Enrolment, id_).person_id for id_ in ids}

    def decide(db: Any) -> None:
        selection.select(db, None, run_id, ids[:4])
        selection.wait(db, None, run_id, ids[4:])

    leaving = [lambda db, one=id_: actions.withdraw(db, people[one], one) for id_ in (ids[0], ids[3], ids[7])]
    assert all_at_once(database, [decide, *leaving]) == ["done"] * 4
    with database.look() as db:
        require_sound(db, run_id)
        assert [db.get_one(Enrolment, id_).status for id_ in (ids[0], ids[3], ids[7])] == [Status.WITHDRAWN] * 3
        seated = [id_ for id_ in ids if db.get_one(Enrolment, id_).status is Status.ENROLLED]
        assert len(seated) <= 4
        assert ids[1] in seated
        assert ids[2] in seated


def test_a_draw_is_held_once(database: Database) -> None:
    with database.begin(reacts=False) as db:
        run = a_draw_run(db, seats=3)
        entrants(db, run, 9)
        run.apply_until = clock.now() + timedelta(microseconds=1)
        run_id = run.id
    told = all_at_once(database, [lambda db: draws.hold(db, None, run_id)] * 4)
    assert sorted(told) == ["done", "drawn", "drawn", "drawn"]
    with database.look() as db:
        require_sound(db, run_id)
        assert lots.verify((draws.document(db, run_id) or "").encode()) == []
        places = db.scalars(select(Enrolment.lot).where(Enrolment.run_id == run_id).order_by(Enrolment.lot)).all()
        assert list(places) == list(range(1, 10))
