"""Every list and report in an organisation with years of history: `scripts/bench pages [NAME…] [options]`.

For each page the server's CPU milliseconds of one request and its number of SQL statements, which must not grow
with the organisation. Give --people (or --home) more than once to see sizes beside each other, and the ratio of the
largest to the smallest. Each value is the best of several batches: others at work on the machine make them longer,
never shorter. A page that does not answer 200 has no value, and the command fails at its end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, event

from scripts.benchmarks import cpu, streamed
from scripts.benchmarks.addresses import Page, pages
from scripts.benchmarks.grown import Grown, grown
from scripts.benchmarks.result import Result

_PEOPLE, _YEARS = 12_000, 10


@dataclass(frozen=True)
class Measured:
    """A result of an organisation of so many `people`; `queries`: SQL statements of one request."""

    result: Result
    people: int
    years: int
    queries: int | None = None

    def to_json(self) -> str:
        """One line."""
        return self.result.to_json(people=self.people, years=self.years, queries=self.queries)


def main(arguments: Sequence[str]) -> None:
    """Measure and print, each page as soon as it is there."""
    options = _options(arguments)
    with ExitStack() as stack:
        stages = [_stage(options, number, stack) for number in range(max(len(options.people), len(options.home)))]
        if not options.json:
            print(_head(stages))
        failed: list[str] = []
        for row in _rows(stages, options.years, options.names, failed):
            print("\n".join(one.to_json() for one in row) if options.json else _line(row), flush=True)
            _complain(row)
    if failed:
        raise SystemExit("\n".join(failed))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench pages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a word of a result's name; none: all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--people", type=int, action="append", help=f"so many staff (usually {_PEOPLE})")
    parser.add_argument("--years", type=int, default=_YEARS, help=f"so many past years (usually {_YEARS})")
    parser.add_argument(
        "--home",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="keep the organisation in this folder, and use it again when it is there (one for each --people)",
    )
    options = parser.parse_args(arguments)
    options.people = options.people or [_PEOPLE] * max(1, len(options.home))
    return options


def _stage(options: argparse.Namespace, number: int, stack: ExitStack) -> Grown:
    """The organisation of this number among those asked for; what is not kept goes at the end."""
    people = options.people[min(number, len(options.people) - 1)]
    if number < len(options.home):
        home = options.home[number]
    else:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lms-bench-")))
    return grown(home, people, options.years)


def _rows(stages: list[Grown], years: int, names: list[str], failed: list[str]) -> Iterator[list[Measured]]:
    """A row a page: its result in each organisation. What cannot be measured is added to `failed`."""
    apps = [(stage, stage.stage.app()) for stage in stages]
    listed = [pages(stage) for stage in stages]
    for same in zip(*listed, strict=True):
        if _is_asked(same[0].name, names):
            try:
                yield [_measured(stage, app, page, years) for (stage, app), page in zip(apps, same, strict=True)]
            except cpu.Unanswered as status:
                failed.append(f"not measured: {same[0].name} answers {status}")
    if any(_is_asked(name, names) for name in streamed.NAMES):
        for files in zip(*(streamed.measure(stage, app) for stage, app in apps), strict=True):
            yield [Measured(result, stage.people, years) for (stage, _), result in zip(apps, files, strict=True)]


def _is_asked(name: str, names: list[str]) -> bool:
    return not names or any(word in name for word in names)


def _measured(stage: Grown, app: Flask, page: Page, years: int) -> Measured:
    cookie = stage.stage.cookie(app, page.who) if page.who else ""
    bearer = stage.stage.token if page.is_call else ""
    request = cpu.request(app, page.path, cookie, bearer)
    cpu.answered(request)
    queries = _statements(request)
    value = cpu.milliseconds(request, best=True)
    return Measured(Result(f"{page.name}_cpu_ms", value, "ms", page.limit), stage.people, years, queries)


def _statements(request: cpu.Request) -> int:
    """How many SQL statements one request needs; the fewer of two: every few seconds one reads the settings anew."""
    return min(_counted(request) for _ in range(2))


def _counted(request: cpu.Request) -> int:
    counted = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            counted.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        request()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(counted)


def _complain(row: list[Measured]) -> None:
    """What should not be, beside a value over its limit, which everybody sees."""
    if len({one.queries for one in row}) > 1:
        counts = ", ".join(f"{one.queries} of {one.people:,} people" for one in row)
        print(f"the statements of {row[0].result.name} differ: {counts}", file=sys.stderr)


_NAME, _VALUE, _COUNT = 40, 12, 5
_GROWTH = 1.5
"""So many times what the smallest organisation costs may a page cost in the largest one."""


def _head(stages: list[Grown]) -> str:
    sizes = "".join(f"{f'{stage.people:,}':>{_VALUE}}{'sql':>{_COUNT}}" for stage in stages)
    return f"{'name':<{_NAME}}{sizes}  {'':<4}{'limit':>8}{'ratio':>8}"


def _line(row: list[Measured]) -> str:
    """Both sizes; what is over its limit is marked."""
    limit = row[0].result.limit
    cells = "".join(
        f"{one.result.value:>{_VALUE}.2f}{'' if one.queries is None else one.queries:>{_COUNT}}" for one in row
    )
    over = limit is not None and any(one.result.value > limit for one in row)
    name, unit, ratio = row[0].result.name, row[0].result.unit, _ratio(row)
    marks = f"{'  over' if over else ''}{'  grows' if ratio > _GROWTH else ''}"
    return f"{name:<{_NAME}}{cells}  {unit:<4}{'' if limit is None else limit:>8}{ratio:>8.2f}{marks}"


def _ratio(row: list[Measured]) -> float:
    """What it costs in the largest organisation of what it costs in the smallest."""
    in_order = sorted(row, key=lambda one: one.people)
    return in_order[-1].result.value / in_order[0].result.value if row and in_order[0].result.value else 1.0
