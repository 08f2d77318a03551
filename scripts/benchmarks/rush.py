"""Everybody presses “enrol” at the same moment, through real servers: `scripts/bench rush [options]`.

10,000 people for one run, then for 100 runs, on SQLite (one node) and on a PostgreSQL of its own that writes to disk
(two nodes of two workers). Beside what people get stands the limit: the same statements without the web, by as many
threads, on the same database right before. Afterwards every answer is held against the database; the program fails when
one is not so.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lms.db import opened
from scripts.benchmarks import rush_check, rush_limit
from scripts.benchmarks.result import HEAD, Result
from scripts.benchmarks.rush_client import percentiles, press_all
from scripts.benchmarks.rush_stage import Rush, serving, staged

_PEOPLE, _CONNECTIONS, _SEATS = 10_000, 128, 1_000
_AIM, _SHARE = 300.0, 0.6


def main(arguments: Sequence[str]) -> None:
    """Measure and print, each as soon as it is there."""
    options = _options(arguments)
    if not options.json:
        print(HEAD)
    for url in options.database:
        with (
            tempfile.TemporaryDirectory(prefix="lms-rush-") as folder,
            staged(Path(folder), None if url == "sqlite" else url, options.people) as rush,
        ):
            for result in _results(rush, options):
                print(result.to_json() if options.json else result.to_row(), flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench rush", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--database",
        action="append",
        metavar="URL",
        help="sqlite, postgresql (a server of its own), or the address of an empty database; usually the first two",
    )
    parser.add_argument("--people", type=int, default=_PEOPLE, help=f"how many press (usually {_PEOPLE:,})")
    parser.add_argument("--runs", type=int, action="append", help="for how many runs (usually 1, then 100)")
    parser.add_argument("--connections", type=int, default=_CONNECTIONS, help=f"at a time (usually {_CONNECTIONS})")
    options = parser.parse_args(arguments)
    options.database = options.database or ["sqlite", "postgresql"]
    options.runs = options.runs or [1, 100]
    return options


def _results(rush: Rush, options: argparse.Namespace) -> Iterator[Result]:
    ids = [person for person, _key in rush.people]
    for count in options.runs:
        seats = max(1, _SEATS * options.people // _PEOPLE // count)
        took = rush_limit.seconds(rush.url, rush.nodes * rush.workers, rush.runs(count, seats), ids)
        yield from _pressed(rush, count, seats, options.connections, len(ids) / took)


def _pressed(rush: Rush, count: int, seats: int, connections: int, limit: float) -> Iterator[Result]:
    """What people get, and whether it is so."""
    run_ids, name = rush.runs(count, seats), f"{rush.name} {count} run{'s' if count > 1 else ''}"
    presses = rush.presses(run_ids)
    with serving(rush) as ports:
        took = press_all(ports, presses, connections)
    accepted = sum(press.status == rush_check.OK for press in presses)
    yield Result(f"rush limit {name}", limit, "/s", None)
    yield Result(f"rush answered {name}", len(presses) / took, "/s", _AIM)
    yield Result(f"rush accepted {name}", accepted / took, "/s", _AIM)
    yield Result(f"rush share {name}", accepted / took / limit, "of limit", _SHARE)
    for percent, wait in percentiles(presses):
        yield Result(f"rush p{percent} {name}", wait, "ms", None)
    yield Result(f"rush tries {name}", sum(press.tries for press in presses) / len(presses), "a person", None)
    with opened(rush.url) as database, database.look() as db:
        wrong = rush_check.faults(db, run_ids, presses, [person for person, _key in rush.people])
    yield Result(f"rush faults {name}", len(wrong), "", None)
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))
