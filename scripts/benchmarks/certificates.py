"""`scripts/bench certificates`: ten thousand certificates printed, signed and looked through; one delivered by HTTP.

What takes long runs in processes of its own, so that memory and time are theirs alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import making, store
from courses.certificates.actions import issue
from courses.certificates.checking import preflight_all
from courses.certificates.facts import Facts
from courses.settings.organisation import Organisation, change_organisation, store_asset
from courses.signing.credential import Urls
from lms import keys
from scripts.benchmarks import served
from scripts.benchmarks.certificates_work import SEAL, facts
from scripts.benchmarks.cpu import EMPTY, milliseconds, request
from scripts.benchmarks.result import HEAD, Result
from scripts.benchmarks.stage import Stage
from tests import factories

MANY, _PROCESSES = 10_000, 2
_CLOCKS = {"": "seconds", "_cpu": "cpu"}
"""What a result is called, and what it counts: computing is the steadier number where others use the machine too."""
_ASKED, _WARM, _P99, _TIMES = 1000, 50, 99, 5
_PRINT_S, _PRINT_MB, _PEAK_MB, _SIGNED_S, _PREFLIGHT_MS, _DELIVERY_MS = 2.0, 10.0, 150.0, 5.0, 50.0, 15.0


def main(arguments: Sequence[str]) -> None:
    """Measure and print each result; beside it, in JSON, the aim and the limit that this machine sets."""
    parser = argparse.ArgumentParser(prog="scripts/bench certificates", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    if not options.json:
        print(HEAD)
    for result, aim in _results():
        print(result.to_json(aim=aim) if options.json else result.to_row(), flush=True)


def _results() -> Iterator[tuple[Result, float]]:
    """Each with its aim; the limit is measured in the same run."""
    yield from _print_run()
    signed, raw = _work("signed", _PROCESSES), _work("raw", _PROCESSES)
    for name, kind in _CLOCKS.items():
        taken, limit = (max(one[kind] for one in shares) for shares in (signed, raw))
        yield Result(f"signed_{MANY}{name}_s", taken, "s", limit), _SIGNED_S
    for result in _preflight():
        yield result, _PREFLIGHT_MS
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        yield from _delivery(Stage.opened(Path(folder)))


def _print_run() -> Iterator[tuple[Result, float]]:
    (printed,), (copied,) = _work("printed"), _work("copied")
    for name, kind in _CLOCKS.items():
        yield Result(f"print_run_{MANY}{name}_s", printed[kind], "s", copied[kind]), _PRINT_S
    yield Result(f"print_run_{MANY}_mb", printed["bytes"] / 1e6, "MB", _PRINT_MB), _PRINT_MB
    yield Result(f"print_run_{MANY}_peak_mb", printed["peak"], "MB", _PEAK_MB), _PEAK_MB


def _work(kind: str, processes: int = 1) -> list[dict[str, float]]:
    """What so many processes say that share the work and begin at the same moment, when all are ready."""
    command = [sys.executable, "-m", "scripts.benchmarks.certificates_work", kind, str(MANY // processes)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, **pipes) for _ in range(processes)]  # type: ignore[call-overload]  # pipes
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [json.loads(worker.communicate()[0]) for worker in workers]


def _preflight() -> Iterator[Result]:
    """Names, units and codes of a run; the limit is what it takes to look at each of their characters once."""
    everybody = facts(MANY)

    def looked_at() -> object:
        return {character for one in everybody for character in set(f"{one.name}{one.unit}{one.code}")}

    whole, least = (_best(work) for work in (lambda: preflight_all(everybody), looked_at))
    for name, taken, limit in zip(_CLOCKS, whole, least, strict=True):
        yield Result(f"preflight_{MANY}{name}_ms", taken, "ms", limit)


def _best(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of computing, the best of five times."""
    taken = []
    for _ in range(_TIMES):
        started, began = time.perf_counter(), time.process_time()
        work()
        taken.append((1000 * (time.perf_counter() - started), 1000 * (time.process_time() - began)))
    return min(clock for clock, _ in taken), min(busy for _, busy in taken)


def _delivery(stage: Stage) -> Iterator[tuple[Result, float]]:
    """A signed certificate from the real server, by one client; the limit is its answer to the empty route."""
    certificate_id = _issued(stage)
    app, path = stage.app(), f"/certificates/{certificate_id}.pdf"
    cookie = stage.cookie(app, "owner")
    busy, least = milliseconds(request(app, path, cookie)), milliseconds(request(app, EMPTY))
    yield Result("one_on_demand_cpu_ms", busy, "ms", least), _DELIVERY_MS
    with served.server(stage) as port:
        limit = _p99(port, EMPTY, "")
        taken = _p99(port, path, cookie)
    yield Result("one_on_demand_ms", taken, "ms", limit), _DELIVERY_MS


def _issued(stage: Stage) -> int:
    """A certificate as an officer issued it and the worker signed it."""
    with Session(stage.database.engine, expire_on_commit=False) as db:
        seal = store_asset(db, SEAL, "image/png")
        change_organisation(
            db, None, Organisation(name="한빛시", issuer="한빛시장", body_place="우리 시에서", seal=seal)
        )
        keys.ensure(stage.config, db)
        officer, owner = factories.a_person(db, "교육담당", roles=["officer"]), factories.a_person(db, "김하늘")
        run = factories.a_run(db, factories.a_course(db, "정보보안 실무"), starts_in=-30, state="closed")
        factories.an_enrolment(db, run, owner, outcome="completed")
        (certificate,) = issue(db, officer.id, run, "https://lms.hanbit.example/verify")
        stage.people["owner"] = owner
        db.commit()
    signer, now = keys.signer(stage.config), clock.now() + timedelta(seconds=1)
    with stage.database.look() as db:
        files = making.made(db, [certificate.id], signer, now, _urls)
    with stage.database.begin() as db:
        store.keep(db, files, signer.key_id, now)
    return certificate.id


def _urls(certificate_id: int, run_id: int, _facts: Facts) -> Urls:
    base = "https://lms.hanbit.example"
    return Urls(f"{base}/{certificate_id}", f"{base}/issuer", f"{base}/runs/{run_id}", f"{base}/status/1", 1)


def _p99(port: int, path: str, cookie: str) -> float:
    """Milliseconds within which 99 of 100 answers have come to their end, one after the other."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    ask = partial(_asked, link, path, {"Cookie": cookie} if cookie else {})
    for _ in range(_WARM):
        ask()
    waits = sorted(1000 * _taken(ask) for _ in range(_ASKED))
    link.close()
    return waits[_ASKED * _P99 // 100]


def _taken(ask: Callable[[], None]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _asked(link: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> None:
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path} answers {answer.status}")
