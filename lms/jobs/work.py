"""What a handler gets: the database, and its hold on the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.text import Text
from lms.config import Config
from lms.db import Database
from lms.jobs import lease
from lms.jobs.lease import Claim
from lms.jobs.models import JobState

_BETWEEN_NOTES = 1.0


class HandedBack(Exception):
    """The worker is asked to end: the job goes back, to be done by another one."""


@dataclass
class Work:
    """A job being done. `actor_id` is who asked for it (None: nobody, it follows from something)."""

    database: Database
    config: Config
    claim: Claim
    lease: timedelta
    stopping: Callable[[], bool] = lambda: False
    finished: bool = False
    _progress: dict[str, Any] = field(default_factory=dict)
    _noted: float = 0.0
    _writing: bool = False

    @property
    def actor_id(self) -> int | None:
        return self.claim.actor_id

    @contextmanager
    def begin(self, *, last: bool = False) -> Iterator[Session]:
        """A writing transaction, committed when the block ends well; nobody can take the job while it is open.

        With `last` the job is finished in it: what it changes in the database happens exactly once. Raises `Lost` when
        the job was cancelled or taken by others meanwhile, `HandedBack` when the worker is to end: let them pass.
        """
        if not last:
            self._go_on()
        with self.database.begin() as db:
            if last:
                self.finish(db)
            else:
                self._hold(db)
            known, self._writing = self._progress, True
            try:
                yield db
            finally:
                self._writing = False
            if self._progress is not known:
                lease.note(db, self.claim, **self._progress)
        self.finished = self.finished or last

    def finish(self, db: Session) -> None:
        """End the job well, in this transaction. Raises `Lost` when it is no longer ours."""
        over = {"state": JobState.DONE, "finished_at": clock.now(), "token": None, "lease_until": None, "error": None}
        lease.change(db, self.claim, **over, **self._progress)

    def progress(self, done: int, total: int | None = None, line: Text | str = "") -> None:
        """Tell those who wait: so many of so many, and a line of words. Written at most once a second.

        Inside of `begin` it is kept for the end of the transaction. Raises like `begin`.
        """
        words = line.to_json() if isinstance(line, Text) else line or None
        self._progress = {"done": done, "total": total, "line": words}
        if not self._writing and monotonic() - self._noted >= _BETWEEN_NOTES:
            self._go_on()
            with self.database.begin() as db:
                self._hold(db)
            self._noted = monotonic()

    def _hold(self, db: Session) -> None:
        lease.change(db, self.claim, lease_until=clock.now() + self.lease, **self._progress)

    def _go_on(self) -> None:
        if self.stopping():
            raise HandedBack
