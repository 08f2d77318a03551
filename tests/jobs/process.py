"""A worker in a process of its own, to be killed.

It is forked off a server that has everything imported: a start takes a hundredth of the second that importing takes.
What `lms work` itself does at its start is tested in test_worker_beside.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from courses.certificates import store
from lms.config import Config
from lms.db import opened
from lms.jobs.handlers import known
from lms.jobs.periodic import PERIODIC
from lms.jobs.tasks import importing
from lms.jobs.worker import Worker
from tests.configuration import config
from tests.jobs import deeds

DiesIn = Literal["", "import", "signing"]
LEASE = timedelta(seconds=1)
_LAST_STEPS = {"import": (importing, "apply_file"), "signing": (store, "keep")}
_PATIENCE = 60
_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(["pytest", __name__])
known()  # in the server, too, so that no worker has to import them


class Process:
    """A running worker: `pid`, and what may happen to it."""

    def __init__(self, url: str, settings: Config, *, dies_in: DiesIn) -> None:
        self._process = _FORKING.Process(target=_work, args=(url, settings, dies_in), daemon=True)
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    def hit(self, signal_number: signal.Signals) -> None:
        os.kill(self.pid, signal_number)

    def ended(self) -> int | None:
        """Its exit status, the negative number of the signal that killed it, or None of one that lives."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """The same, when it has ended."""
        self._process.join()
        return self.ended()

    def is_stopped(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def kill(self) -> None:
        """End it, however it is."""
        self._process.kill()
        self._process.join()


@contextmanager
def working(home: Path, url: str, *, dies_in: DiesIn = "", **settings: Any) -> Iterator[Process]:
    """A worker with the tests' handlers and a short lease, until the block ends."""
    process = Process(url, replace(config(home, url), **settings), dies_in=dies_in)
    try:
        yield process
    finally:
        process.kill()


def until(holds: Callable[[], Any]) -> None:
    """Wait for something that comes, however slow the machine is."""
    for _ in range(_PATIENCE * 20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come")


class Considerate(Worker):
    """Its heartbeat is not in the middle of a transaction when a deed stops the process."""

    def keep_house(self) -> None:
        with deeds.QUIET:
            super().keep_house()


def _work(url: str, settings: Config, dies_in: DiesIn) -> None:
    """In the new process: work until SIGTERM."""
    PERIODIC.clear()
    if dies_in:
        _die(*_LAST_STEPS[dies_in])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with opened(url) as database:
        Considerate(database, settings, LEASE, stop).run()


def _die(module: ModuleType, name: str) -> None:
    """After this step, when everything is written, before it is committed."""
    step = getattr(module, name)

    def step_and_die(*args: Any, **kwargs: Any) -> None:
        step(*args, **kwargs)
        args[0].flush()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, step_and_die)
