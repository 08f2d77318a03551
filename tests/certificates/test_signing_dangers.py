"""Workers that die while they sign, two that sign the same, a full disk: each file is signed once, whole or not."""

from __future__ import annotations

import errno
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from courses import clock, signing
from courses.certificates import making, store
from courses.certificates.actions import issue
from courses.certificates.models import CertificateFile, SigningBatch
from courses.certificates.proving import proof
from courses.settings.published import published
from lms import keys
from lms.config import Config
from lms.db import Database
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.worker import Worker
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, completed
from tests.configuration import config
from tests.jobs.process import until, working

PEOPLE = 3


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Config:
    """An installation with keys, whose three new certificates wait to be signed; nothing else is to be done."""
    settings = config(tmp_path, database.url)
    with database.begin(reacts=False) as db:
        a_hanbit_organisation(db)
        keys.ensure(settings, db)
        dan = factories.a_person(db, "최단", roles=["officer"])
        run = a_closed_run(db)
        for name in ("홍길동", "김하늘", "이바다"):
            completed(db, run, factories.a_person(db, name))
        issued = issue(db, dan.id, run, URL)
        later(db, "sign_certificates", facts=[{"certificate_id": one.id} for one in issued])
    return settings


def signed(db: Session) -> tuple[int, int]:
    """Files and batches."""
    db.rollback()
    return tuple(db.scalar(select(func.count()).select_from(table)) or 0 for table in (CertificateFile, SigningBatch))  # type: ignore[return-value]  # two


def require_whole(database: Database) -> None:
    """Every file is there, good, and under the root of its batch."""
    with database.look() as db:
        assert signed(db) == (PEOPLE, 1)
        known = published(db)
        for one in db.scalars(select(CertificateFile.certificate_id).order_by(CertificateFile.certificate_id)):
            content, shown = store.file(db, one) or b"", proof(db, one)
            assert signing.examine(content, known.trusted, known.crls).good
            assert shown
            assert shown.leads(content)


@pytest.mark.race
def test_a_kill_in_the_middle_of_signing(database: Database, office: Config) -> None:
    with working(office.home, database.url, dies_in="signing") as victim:
        assert victim.wait() == -signal.SIGKILL
    with database.look() as db:
        assert signed(db) == (0, 0)
    with working(office.home, database.url), database.look() as db:
        until(lambda: signed(db)[0] == PEOPLE)
    require_whole(database)


def test_two_workers_sign_the_same(database: Database, office: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one has signed and kept it all when the first one comes to keep what it signed."""
    with database.begin() as db:
        facts = db.scalars(select(Job.args)).one()["facts"]
        later(db, "sign_certificates", facts=facts)
    made, others = making.made, [Worker(database, office)]

    def made_meanwhile(*args: Any) -> list[store.Made]:
        found = made(*args)
        while others:
            assert others.pop().step()
        return found

    monkeypatch.setattr(making, "made", made_meanwhile)
    Worker(database, office).step()
    require_whole(database)
    with database.look() as db:
        states = db.scalars(select(Job.state).where(Job.name == "sign_certificates")).all()
        assert states == [JobState.DONE] * 2


def test_a_full_disk(database: Database, office: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half is kept; it is tried again later, and then done."""
    keep = store.keep

    def keep_on_a_full_disk(*args: Any) -> SigningBatch:
        keep(*args)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "keep", keep_on_a_full_disk)
        Worker(database, office).step()
    with database.look() as db:
        assert signed(db) == (0, 0)
        job = db.scalars(select(Job).where(Job.name == "sign_certificates")).one()
        assert (job.state, job.attempts, "No space left" in job.error) == (JobState.READY, 1, True)
        assert job.due_at > clock.now() - timedelta(minutes=1)
    with database.begin() as db:
        db.execute(update(Job).values(due_at=clock.now()))
    Worker(database, office).step()
    require_whole(database)
