"""Two who may decide press at the same moment: one is done, the other hears what it is now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment import actions, approvals, nominations
from courses.enrolment.models import Enrolment, Status
from courses.events.models import Event as Happened
from courses.hours import outside
from courses.hours.models import OutsideLearning
from lms.db import Database
from tests import factories
from tests.approval import scenes
from tests.hours.test_outside import reported
from tests.nomination.scenes import approved
from tests.races.together import at_once

pytestmark = pytest.mark.race


def test_two_approvers_and_one_application(database: Database) -> None:
    with Session(database.engine, expire_on_commit=False) as db:
        unit, run = factories.a_unit(db, "총무과"), scenes.a_selection(db)
        heads = [factories.a_person(db, f"부장{n}", unit=unit, roles=["head"]).id for n in range(6)]
        ids = [row.id for row in scenes.applicants(db, run, unit, 5)]

    def decide(db: Session, n: int) -> None:
        act = approvals.approve if n % 2 else _return
        for _, refused in act(db, heads[n], ids if n < 3 else ids[::-1]):
            raise refused

    assert sorted(at_once(database, 6, decide)) == ["decided"] * 5 + ["done"]
    with Session(database.engine) as db:
        assert len(set(db.scalars(select(Enrolment.status)))) == 1
        assert len(db.scalars(select(Happened.id).where(Happened.kind == "moved")).all()) == 5


def test_two_heads_and_the_same_reports_of_learning(database: Database) -> None:
    """A head and who stands in for her: each report is recognised once, in whatever order they come to it."""
    with Session(database.engine, expire_on_commit=False) as db:
        unit = factories.a_unit(db, "총무과")
        heads = [factories.a_person(db, f"부장{n}", unit=unit, roles=["head"]).id for n in range(2)]
        people = [factories.a_person(db, name, unit=unit) for name in ("가", "나", "다")]
        ids = [reported(db, person).id for person in people]

    def recognise(db: Session, n: int) -> None:
        for _, refused in outside.recognise(db, heads[n], dict.fromkeys(ids if n else ids[::-1], 60 * (n + 1))):
            raise refused

    assert sorted(at_once(database, 2, recognise)) == ["decided", "done"]
    with Session(database.engine) as db:
        assert len(set(db.scalars(select(OutsideLearning.recognised_minutes)))) == 1
        assert len(db.scalars(select(Happened.id).where(Happened.kind == "outside_moved")).all()) == 6


def test_an_approval_and_a_recall(database: Database) -> None:
    with Session(database.engine, expire_on_commit=False) as db:
        unit, run = factories.a_unit(db, "총무과"), scenes.a_selection(db)
        head = factories.a_person(db, "박부장", unit=unit, roles=["head"]).id
        (one,) = scenes.applicants(db, run, unit, 1)

    def act(db: Session, n: int) -> None:
        if n:
            approvals.recall(db, one.person_id, one.id)
        for _, refused in approvals.approve(db, head, [one.id]) if not n else ():
            raise refused

    assert sorted(at_once(database, 2, act)) == ["decided", "done"]
    with Session(database.engine) as db:
        assert db.get_one(Enrolment, one.id).status in {Status.APPROVED, Status.WITHDRAWN}


def test_two_who_rank_leave_one_whole_order(database: Database) -> None:
    with Session(database.engine, expire_on_commit=False) as db:
        unit, run = factories.a_unit(db, "총무과"), scenes.a_selection(db)
        head = factories.a_person(db, "박부장", unit=unit, roles=["head"]).id
        ids = [row.id for row in approved(db, run, unit, "가", "나", "다", "라")]

    def rank(db: Session, n: int) -> None:
        nominations.rank(db, head, run.id, unit.id, ids if n else ids[::-1])

    assert at_once(database, 2, rank) == ["done", "done"]
    with Session(database.engine) as db:
        ranks = list(db.scalars(select(Enrolment.rank).order_by(Enrolment.id)))
        assert ranks in ([1, 2, 3, 4], [4, 3, 2, 1])


def _return(db: Session, actor_id: int, ids: list[int]) -> approvals.Refusals:
    return approvals.return_to(db, actor_id, ids, "사유를 더 적어 주세요")


def test_a_clerk_ranks_whom_an_officer_enrols(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is enrolled while somebody ranks them is read again afterwards: their history has no gap."""
    with Session(database.engine, expire_on_commit=False) as db:
        unit, run = factories.a_unit(db, "총무과"), scenes.a_selection(db, seats=10)
        officer = factories.a_person(db, "담당", roles=["officer"]).id
        (one,) = approved(db, run, unit, "직원")
        unit_id, run_id, person_id, id_ = unit.id, run.id, one.person_id, one.id
    read, row = Event(), actions._row

    def rows_read(*args: Any) -> Enrolment:
        found = row(*args)
        read.set()
        return found

    def enrol() -> None:
        with database.begin() as db:
            actions.enrol(db, officer, run_id, person_id)

    monkeypatch.setattr(actions, "_row", rows_read)
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as db:
            nominations.rank(db, officer, run_id, unit_id, [id_])
            enrolling = pool.submit(enrol)
            read.wait(0.5)  # it does not come so far before the ranks are there
        enrolling.result()
    with database.look() as db:
        moves = db.scalars(select(Happened.data).where(Happened.kind == "moved").order_by(Happened.id))
        steps = [(one["before"], one["after"]) for one in moves]
        assert steps == [("approved", "nominated"), ("nominated", "enrolled")]


def test_one_report_sent_six_times(database: Database) -> None:
    """Of the same learning on the same days: it is reported once."""
    with Session(database.engine, expire_on_commit=False) as db:
        person = factories.a_person(db, "김하나", unit=factories.a_unit(db))

    def report(db: Session, _: int) -> None:
        reported(db, person)

    assert sorted(at_once(database, 6, report)) == ["done"] + ["twice"] * 5
