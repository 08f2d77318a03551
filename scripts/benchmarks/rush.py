"""Everybody presses “enrol” at the same moment, through real servers: `scripts/bench rush [options]`.

10,000 people for one run, then for 100 runs, on SQLite (one node) and on a PostgreSQL of its own that writes to disk
(two nodes of two workers); with `--staff 1000000` in an organisation of that size. Beside what people get stands the
limit: the same enrolling without the web, person by person, by as many threads, on the same database right before.
Presses that wait in a server are done together, so that their share of it may exceed 1. Afterwards every answer is held
against the database; the program fails when one is not so.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from lms.db import opened
from scripts.benchmarks import rush_check, rush_limit, rush_options
from scripts.benchmarks.result import Result
from scripts.benchmarks.rush_client import percentiles, press_all
from scripts.benchmarks.rush_stage import Rush, serving

_PEOPLE, _CONNECTIONS, _SEATS = 10_000, 128, 1_000
_AIM, _SHARE = 300.0, 0.6


def main(arguments: Sequence[str]) -> None:
    """Measure and print, each as soon as it is there."""
    parser = rush_options.parser("rush", __doc__)
    parser.add_argument("--people", type=int, default=_PEOPLE, help=f"how many press (usually {_PEOPLE:,})")
    parser.add_argument("--staff", type=int, default=0, help="of at least so many people who are there (1000000)")
    parser.add_argument("--runs", type=int, action="append", help="for how many runs (usually 1, then 100)")
    parser.add_argument("--connections", type=int, default=_CONNECTIONS, help=f"at a time (usually {_CONNECTIONS})")
    options = parser.parse_args(arguments)
    options.runs = options.runs or [1, 100]
    rush_options.measure("rush", options, options.people, _results, options.staff)


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
    rush.quiet()
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
