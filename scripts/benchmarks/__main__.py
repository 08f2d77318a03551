"""`scripts/bench [NAME…] [--json]`: those results in whose name a NAME occurs, or all.

`scripts/bench pages --help`: every list and report, in organisations of any size with years of history.
`scripts/bench rush --help`: ten thousand people who enrol at the same moment.
`scripts/bench verdict --help`: verdicts a second, and closing a run of a thousand people on both databases.
`scripts/bench certificates --help`: ten thousand certificates printed and signed, one delivered.
`scripts/bench delivery --help`: fifty instructors who save attendance while two hundred employees browse.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks import certificates, cpu, delivery, jobs, pages, rush, served, verdict, work
from scripts.benchmarks.result import HEAD, Result
from scripts.benchmarks.stage import Stage

PARTS = {"cpu": cpu.measure, "served": served.measure, "work": work.measure, "jobs": jobs.measure}
WHOLE = {
    "pages": pages.main,
    "rush": rush.main,
    "verdict": verdict.main,
    "delivery": delivery.main,
    "certificates": certificates.main,
}


def main() -> None:
    """Measure and print, each result as soon as it is there."""
    if whole := WHOLE.get("".join(sys.argv[1:2])):
        whole(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(PARTS)}, or a word of a result's name")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    if not options.json:
        print(HEAD)
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        for result in _results(Stage.built(Path(folder)), options.names):
            print(result.to_json() if options.json else result.to_row(), flush=True)


def _results(stage: Stage, names: list[str]) -> Iterator[Result]:
    parts = [part for part in PARTS if part in names] or list(PARTS)
    words = [name for name in names if name not in PARTS]
    for part in parts:
        for result in PARTS[part](stage):
            if not words or any(word in result.name for word in words):
                yield result


main()
