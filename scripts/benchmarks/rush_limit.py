"""The same enrolling without the web: as many processes and threads as the servers have, person by person.

Run as a program it is one of those processes: it reads what to do from its standard input, a line of JSON, says
`ready`, and begins at the next line.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from threading import Thread

from sqlalchemy.exc import OperationalError

from courses.enrolment import actions
from lms.cli.serve import THREADS, settle
from lms.db import Database


def seconds(url: str, processes: int, run_ids: Sequence[int], people: Sequence[int]) -> float:
    """How long everybody's enrolling takes, each in a transaction of its own that makes its event and its job."""
    asked = [(run_ids[n % len(run_ids)], person) for n, person in enumerate(people)]
    crews = [_started(url, asked[n::processes]) for n in range(processes)]
    for crew in crews:
        _line(crew)
    began = time.perf_counter()
    for crew in crews:
        assert crew.stdin
        crew.stdin.write("go\n")
        crew.stdin.flush()
    for crew in crews:
        if crew.wait(600):
            raise SystemExit("the limit could not be measured")
    return time.perf_counter() - began


def _started(url: str, asked: Sequence[tuple[int, int]]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.benchmarks.rush_limit"]
    crew = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert crew.stdin
    crew.stdin.write(json.dumps({"url": url, "asked": asked}) + "\n")
    crew.stdin.flush()
    return crew


def _line(crew: subprocess.Popen[str]) -> str:
    assert crew.stdout
    return crew.stdout.readline()


def _work() -> None:
    given = json.loads(sys.stdin.readline())
    database, asked = Database(given["url"]), deque(given["asked"])
    settle()
    threads = [Thread(target=_enrol_all, args=(database, asked)) for _ in range(THREADS)]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _enrol_all(database: Database, asked: deque[tuple[int, int]]) -> None:
    while True:
        try:
            run_id, person_id = asked.popleft()
        except IndexError:
            return
        while not _enrolled(database, run_id, person_id):
            time.sleep(random.uniform(0.005, 0.03))  # as a door does it


def _enrolled(database: Database, run_id: int, person_id: int) -> bool:
    try:
        with database.begin() as db:
            actions.enrol(db, person_id, run_id, person_id)
    except OperationalError:
        return False
    return True


if __name__ == "__main__":
    _work()
