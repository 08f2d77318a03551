"""A server ends when it is told to, also while a worker begins."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.jobs.process import until
from tests.races.server import serving

pytestmark = pytest.mark.race


def test_a_worker_that_begins_does_not_keep_the_server(race_url: str, tmp_path: Path) -> None:
    with serving(race_url, tmp_path, 1) as server:
        [first] = server.workers()
        os.kill(first, signal.SIGKILL)
        until(lambda: set(server.workers()) - {first})  # and now it is told to end: `serving` waits until it has
