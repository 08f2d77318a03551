"""What the measurements on real servers share: their options, and measuring on one database after the other."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.benchmarks.result import HEAD, Result
from scripts.benchmarks.rush_stage import Rush, staged


def parser(name: str, said: str | None) -> argparse.ArgumentParser:
    """`scripts/bench name`, with `--json` and `--database`."""
    made = argparse.ArgumentParser(
        prog=f"scripts/bench {name}", description=said, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--json", action="store_true", help="one JSON object a line")
    made.add_argument(
        "--database",
        action="append",
        metavar="URL",
        help="sqlite, postgresql (a server of its own), or the address of an empty database; usually the first two",
    )
    return made


def measure(
    name: str,
    options: argparse.Namespace,
    people: int,
    results: Callable[[Rush, argparse.Namespace], Iterator[Result]],
    staff: int = 0,
) -> None:
    """On each database with so many people of a staff: print what is measured, each as soon as it is there."""
    if not options.json:
        print(HEAD)
    for url in options.database or ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory(prefix=f"lms-{name}-") as folder,
            staged(Path(folder), None if url == "sqlite" else url, people, staff) as rush,
        ):
            for result in results(rush, options):
                print(result.to_json() if options.json else result.to_row(), flush=True)
