"""A worker beside the web server: a process of its own that lives and ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PATIENCE_SECONDS = 12
_REST_SECONDS = 1.0


@dataclass
class Child:
    """Keeps one `lms work` running: a new one when it dies."""

    over: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Until `over`; then the worker may finish what it does, for a moment."""
        while not self.over.is_set():
            command = [sys.executable, "-m", "lms", "work", "--parent", str(os.getpid())]
            self.process = subprocess.Popen(command)  # noqa: S603  # our own program
            while self.process.poll() is None and not self.over.wait(_REST_SECONDS / 4):
                pass
            self.over.wait(_REST_SECONDS)
        self._end()

    def _end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def worker_beside() -> Iterator[Child]:
    """A worker process, as long as the block lasts."""
    child = Child()
    keeper = threading.Thread(target=child.keep_running, daemon=True)
    keeper.start()
    try:
        yield child
    finally:
        child.over.set()
        keeper.join()


def watch_parent(parent: int, stop: threading.Event) -> None:
    """In the worker: set `stop` once the parent has ended, however it did, and end soon after in any case."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_REST_SECONDS)
        stop.set()
        time.sleep(_PATIENCE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
