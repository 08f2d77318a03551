"""A worker in a process of its own, to be killed: `python -m tests.jobs.process HOME URL LEASE [die-in-import]`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from lms.db import opened
from lms.jobs.periodic import PERIODIC
from lms.jobs.tasks import importing
from lms.jobs.worker import Worker
from tests.configuration import config
from tests.jobs import deeds

LEASE = 1.0
_PATIENCE = 60


@contextmanager
def working(home: Path, url: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with the tests' handlers and a short lease, until the block ends."""
    command = [sys.executable, "-m", "tests.jobs.process", str(home), url, str(LEASE), *more]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


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


def main(home: str, url: str, lease: str, *more: str) -> None:
    """Work until SIGTERM."""
    PERIODIC.clear()
    if "die-in-import" in more:
        _die_in_import()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with opened(url) as database:
        Considerate(database, config(Path(home), url), timedelta(seconds=float(lease)), stop).run()


def _die_in_import() -> None:
    """After everything is written, before it is committed."""
    apply = importing.apply_file

    def apply_and_die(*args: Any, **kwargs: Any) -> None:
        apply(*args, **kwargs)
        args[0].flush()
        os.kill(os.getpid(), signal.SIGKILL)

    importing.apply_file = apply_and_die  # type: ignore[assignment]  # it never returns


if __name__ == "__main__":
    main(*sys.argv[1:])
