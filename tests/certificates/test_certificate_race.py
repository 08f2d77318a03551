"""Two officers at the same moment: no number twice, none left out, nobody with two certificates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import documents
from courses.certificates.actions import issue, issue_chosen, issue_own
from courses.certificates.models import Certificate, IssuedDocument, SealEntry, SealKind
from courses.certificates.registers import log_seal, use_seal
from courses.certificates.revisions import receive
from courses.certificates.searching import account
from courses.completion.actions import close
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.settings.organisation import Organisation, change_organisation
from lms.db import Database
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_content, completed
from tests.completion.scenes import a_past_run, mark
from tests.races.together import at_once

pytestmark = pytest.mark.race

_RUNS, _PEOPLE, _OFFICERS = 4, 5, 8


def test_no_number_twice_and_nobody_twice(database: Database) -> None:
    with database.begin() as db:
        dan = factories.a_person(db, "최단", roles=["officer"])
        runs = [a_closed_run(db) for _ in range(_RUNS)]
        for run in runs:
            for _ in range(_PEOPLE):
                completed(db, run, factories.a_person(db))
        ids, officer = [run.id for run in runs], dan.id

    def work(db: Session, n: int) -> None:
        issue(db, officer, db.get_one(Run, ids[n % _RUNS]), URL)

    assert at_once(database, _OFFICERS, work) == ["done"] * _OFFICERS
    with database.look() as db:
        issued = db.execute(select(Certificate.number, Certificate.run_id, Certificate.enrolment_id)).all()
    assert sorted(row.number for row in issued) == list(range(1, _RUNS * _PEOPLE + 1))
    assert len({row.enrolment_id for row in issued}) == _RUNS * _PEOPLE
    for run_id in ids:
        numbers = sorted(row.number for row in issued if row.run_id == run_id)
        assert numbers == list(range(numbers[0], numbers[0] + _PEOPLE))


def test_selections_runs_and_owners_at_once(database: Database) -> None:
    """Everybody wants the same certificates, each in another way: one each, and the numbers have no gap."""
    with database.begin() as db:
        change_organisation(db, None, Organisation(issue_on_demand=True))
        dan = factories.a_person(db, "최단", roles=["officer"])
        runs = [a_closed_run(db) for _ in range(_RUNS)]
        places = [completed(db, run, factories.a_person(db)) for run in runs for _ in range(_PEOPLE)]
        everybody = [(place.id, place.person_id) for place in places]
        ids, officer = [run.id for run in runs], dan.id

    def work(db: Session, n: int) -> None:
        enrolment_id, person_id = everybody[n]
        if n % 3 == 0:
            issue_chosen(db, officer, [id_ for id_, _ in everybody], URL)
        elif n % 3 == 1:
            issue(db, officer, db.get_one(Run, ids[n % _RUNS]), URL)
        else:
            issue_own(db, person_id, enrolment_id, URL)
        documents.issue(db, person_id, person_id, a_content(f"{n}"))

    answers = at_once(database, _OFFICERS, work)
    assert set(answers) <= {"done", "nothing"}
    assert answers[0] == "done"
    with database.look() as db:
        issued = db.execute(select(Certificate.number, Certificate.enrolment_id)).all()
        others = db.scalars(select(IssuedDocument.number)).all()
        found = account(db, clock.today().year)
    assert sorted([row.number for row in issued] + list(others)) == list(range(1, found.given + 1))
    assert len({row.enrolment_id for row in issued}) == len(issued) == len(everybody)
    assert len(others) == answers.count("done")


def test_no_sheet_of_the_stock_is_used_twice(database: Database) -> None:
    with database.begin() as db:
        officer = factories.a_person(db, "최단", roles=["officer"]).id
        log_seal(db, officer, SealKind.RECEIVED, 5, "수령")

    answers = at_once(database, _OFFICERS, lambda db, _n: use_seal(db, officer, 1, "수료증", stock=True))
    assert sorted(answers) == ["done"] * 5 + ["stock"] * (_OFFICERS - 5)
    with database.look() as db:
        remaining = db.scalars(select(SealEntry.remaining).order_by(SealEntry.id)).all()
    assert remaining == [5, 4, 3, 2, 1, 0]


def test_one_of_many_closings_counts(database: Database) -> None:
    with database.begin() as db:
        dan: Person = factories.a_person(db, "최단", roles=["officer"])
        run = a_past_run(db)
        mark(db, factories.an_enrolment(db, run, factories.a_person(db)), dan)
        run_id, officer = run.id, dan.id

    def work(db: Session, _n: int) -> None:
        close(db, officer, db.get_one(Run, run_id))

    answers = at_once(database, _OFFICERS, work)
    assert sorted(answers) == ["closing"] * (_OFFICERS - 1) + ["done"]
    with database.look() as db:
        kinds = db.scalars(select(Event.kind).where(Event.run_id == run_id).order_by(Event.id)).all()
    assert kinds == ["settled", "run_closed"]


def test_one_receipt_of_many_is_written_down(database: Database) -> None:
    """Each has the register open in front of them, and nobody has taken the certificate yet."""
    with database.begin() as db:
        dan = factories.a_person(db, "최단", roles=["officer"])
        run = a_closed_run(db)
        completed(db, run, factories.a_person(db))
        [certificate] = issue(db, dan.id, run, URL)
        officer, certificate_id = dan.id, certificate.id
    all_have_seen = Barrier(_OFFICERS)

    def work(n: int) -> int:
        with database.look() as db:
            seen = db.get_one(Certificate, certificate_id)
            assert seen.received_at is None
        all_have_seen.wait()
        with database.begin() as db:
            return receive(db, officer, [db.merge(seen, load=False)], f"서무 {n}")

    with ThreadPoolExecutor(_OFFICERS) as pool:
        counts = list(pool.map(work, range(_OFFICERS)))
    assert sorted(counts) == [0] * (_OFFICERS - 1) + [1]
    with database.look() as db:
        said = db.get_one(Certificate, certificate_id).received_by
        [data] = db.scalars(select(Event.data).where(Event.kind == "certificate_received"))
    assert said == data["received_by"] == f"서무 {counts.index(1)}"
