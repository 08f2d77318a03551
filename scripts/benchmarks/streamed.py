"""All enrolments of a year as CSV, through the real server: how soon it begins, and how long 10,000 rows take."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator

from flask import Flask

from scripts.benchmarks import served
from scripts.benchmarks.grown import Grown
from scripts.benchmarks.result import Result

_FIRST_MS, _ROWS_SECONDS = 100.0, 1.0
_ROWS, _TIMES, _CHUNK = 10_000, 5, 65_536
NAMES = ("enrolments_csv_first_byte_ms", f"enrolments_csv_{_ROWS}_rows_s")


def measure(stage: Grown, app: Flask) -> Iterator[Result]:
    """The best of some times."""
    cookie, path = stage.stage.cookie(app, "officer"), f"/reports/rows.csv?by=kind&year={stage.year}"
    with served.server(stage.stage) as port:
        taken = [_read(port, path, cookie) for _ in range(_TIMES)]
    yield Result(NAMES[0], 1000 * min(first for first, _ in taken), "ms", _FIRST_MS)
    yield Result(NAMES[1], min(rows for _, rows in taken), "s", _ROWS_SECONDS)


def _read(port: int, path: str, cookie: str) -> tuple[float, float]:
    """Seconds until the first byte of the body, and until so many rows have come (or all, where there are fewer)."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started, lines = time.perf_counter(), 0
    link.request("GET", path, headers={"Cookie": cookie})
    answer = link.getresponse()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path} answers {answer.status}")
    found = answer.read(1)
    first = time.perf_counter() - started
    while found and lines <= _ROWS:
        lines += found.count(b"\n")
        found = answer.read1(_CHUNK)
    rows = time.perf_counter() - started
    link.close()
    return first, rows
