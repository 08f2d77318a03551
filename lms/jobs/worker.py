"""The process that does jobs: takes one after the other, and keeps house while it does."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from lms.config import Config
from lms.db import Database
from lms.jobs import handlers, lease, periodic
from lms.jobs.lease import Claim, Lost
from lms.jobs.models import JobState, JobWorker
from lms.jobs.work import HandedBack, Work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
_FORGOTTEN = timedelta(days=1)
_LOOK_SECONDS = 0.5


@dataclass
class Worker:
    """Does the jobs of a database until `stop` is set. Any number of them work side by side, on any host.

    `lease` is how long a dead worker's job lies before others take it; a living one extends it three times meanwhile.
    """

    database: Database
    config: Config
    lease: timedelta = LEASE
    stop: threading.Event = field(default_factory=threading.Event)
    claim: Claim | None = None
    _idle: bool = True
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:60]}:{os.getpid()}")

    def run(self) -> None:
        """Work until told to stop. A job that is being done then is finished, or handed back at its next step."""
        handlers.known()  # reading them in takes a second, which is there now
        with self._keeping_house():
            while not self.stop.is_set():
                if not self._tried() or self._idle:
                    self.stop.wait(_LOOK_SECONDS)

    def step(self, *, patient: bool = False) -> bool:
        """Do one job, or several that are done as one, if one is due. Whether there was one.

        Who is `patient` leaves the news to be told alone while hundreds of people press at the same moment, for half a
        minute at most: they wait for an answer, nobody for a mail. And the more there are, the less each of them costs.
        """
        self.claim = self._next(patient=patient)
        if self.claim is None:
            return False
        try:
            self._carry_out(self.claim)
        finally:
            self.claim = None
        return True

    def keep_house(self) -> None:
        """The heartbeat, the sweeping of expired leases, and the jobs of the calendar: one short transaction."""
        with self.database.begin() as db:
            if self.claim is not None:
                lease.extend(db, self.claim, self.lease)
            lease.sweep(db)
            periodic.schedule(db)
            self._report(db)

    def _next(self, *, patient: bool) -> Claim | None:
        """A worker without work only looks: writing would keep others from it. Nor has one work that took all that was
        due: what comes meanwhile is done together a moment later.
        """
        resting: Set[str] = frozenset()
        if self._idle or patient:
            with self.database.look() as db:
                resting = handlers.together() if patient and lease.is_rush(db) else resting
                if not lease.anything_due(db, resting):
                    self._idle = True
                    return None
        with self.database.begin() as db:
            claim = lease.claim(db, self.lease, handlers.together(), resting)
        self._idle = claim is None or claim.all_due
        return claim

    def _tried(self) -> bool:
        """`step`; a database that cannot be reached for a while is no reason to end."""
        try:
            return self.step(patient=True)
        except SQLAlchemyError:
            log.exception("the database did not answer")
            return False

    def _carry_out(self, claim: Claim) -> None:
        work = Work(self.database, self.config, claim, self.lease, self.stop.is_set)
        try:
            handlers.known()[claim.name](work, **claim.args)
            if not work.finished:
                with self.database.begin() as db:
                    work.finish(db)
        except Lost as gone:
            log.warning("lost: %s", gone)
            if claim.others:
                self._one_by_one(claim)
        except HandedBack:
            self._let_go(claim, state=JobState.READY, attempts=claim.attempts - 1)
        except Exception as error:
            self._failed(claim, error)

    def _failed(self, claim: Claim, error: Exception) -> None:
        if claim.others:
            log.info("%s jobs (%s) are done one by one: %s", len(claim.ids), claim.name, error)
            self._one_by_one(claim)
        elif isinstance(error, Refused):
            self._let_go(claim, state=JobState.FAILED, finished_at=clock.now(), error=error.message.to_json())
        else:
            log.error("job %s (%s) failed, attempt %s", claim.id, claim.name, claim.attempts, exc_info=error)
            self._fail(claim, f"{type(error).__name__}: {error}"[:2000])

    def _one_by_one(self, claim: Claim) -> None:
        """Those that are still ours wait again, in their order, and will be claimed alone."""
        self._idle = False
        self._let_go(claim, state=JobState.READY)

    def _fail(self, claim: Claim, error: str) -> None:
        if claim.attempts >= claim.max_attempts:
            self._let_go(claim, state=JobState.FAILED, finished_at=clock.now(), error=error)
        else:
            due_at = clock.now() + lease.pause(claim.attempts)
            self._let_go(claim, state=JobState.READY, due_at=due_at, error=error)

    def _let_go(self, claim: Claim, **values: object) -> None:
        with self.database.begin() as db:
            ours = lease.change_ours(db, claim, token=None, lease_until=None, **values)
        if ours < len(claim.ids):
            log.warning("lost: job %s (%s)", claim.id, claim.name)

    def _report(self, db: Session) -> None:
        now = clock.now()
        known = update(JobWorker).where(JobWorker.id == self.name).values(seen_at=now).returning(JobWorker.id)
        if db.scalar(known) is None:
            db.execute(insert(JobWorker).values(id=self.name, started_at=now, seen_at=now))
            db.execute(delete(JobWorker).where(JobWorker.seen_at < now - _FORGOTTEN))

    @contextmanager
    def _keeping_house(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._keep_house_until, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep_house_until(self, over: threading.Event) -> None:
        while True:
            try:
                self.keep_house()
            except SQLAlchemyError:
                log.exception("the database did not answer")
            if over.wait(self.lease.total_seconds() / 3):
                return


def work_off(database: Database, config: Config) -> int:
    """Do everything that is due, here and now (for tests and commands). Gives the number of jobs."""
    worker = Worker(database, config)
    done = 0
    while worker.step():
        done += 1
    return done
