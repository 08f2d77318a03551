"""Days as numbers in SQL (those of `date.toordinal`), so that both databases can count with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from courses import clock

_Says = dict[str, str]
"""How each database says it: its arguments are `{0}`, `{1}`; `{all}` are all of them."""


def _in_sql(says: _Says) -> Callable[[type[FunctionElement[Any]]], type[FunctionElement[Any]]]:
    """Have a function compiled so."""

    def compile_(element: Any, compiler: Any, **options: Any) -> str:
        parts = [compiler.process(part, **options) for part in element.clauses]
        return says[compiler.dialect.name].format(*parts, all=", ".join(parts))

    def made(function: type[FunctionElement[Any]]) -> type[FunctionElement[Any]]:
        for database in says:
            compiles(function, database)(compile_)
        return function

    return made


def _hours_ahead() -> int:
    """Of the office's clock, for SQLite, which knows no zones."""
    offsets = {clock.ZONE.utcoffset(datetime(2026, month, 1)) for month in range(1, 13)}  # noqa: DTZ001  # of the zone
    (offset,) = offsets  # else the clocks are changed, and days are to be told otherwise
    return round((offset.total_seconds() if offset else 0) / 3600)


@_in_sql(
    {
        "sqlite": "CAST(julianday({0}) - 1721424.5 AS INTEGER)",
        "postgresql": "(CAST({0} AS DATE) - DATE '0001-01-01' + 1)",
    }
)
class DayNumber(FunctionElement[int]):
    """SQL: the number of a day."""

    type = Integer()
    inherit_cache = True


@_in_sql(
    {
        "sqlite": f"CAST(julianday({{0}}, '{_hours_ahead():+} hours') - 1721424.5 AS INTEGER)",
        "postgresql": f"(CAST({{0}} AT TIME ZONE '{clock.ZONE.key}' AS DATE) - DATE '0001-01-01' + 1)",
    }
)
class MomentDayNumber(FunctionElement[int]):
    """SQL: the number of the office's day of a moment."""

    type = Integer()
    inherit_cache = True


@_in_sql(
    {
        "sqlite": "min(date({0}, '+' || ({1}) || ' months'), "
        "date({0}, 'start of month', '+' || (({1}) + 1) || ' months', '-1 day'))",
        "postgresql": "CAST({0} + make_interval(months => CAST({1} AS INTEGER)) AS DATE)",
    }
)
class MonthsLater(FunctionElement[Any]):
    """SQL: a day so many months later, the last of the month where that has no such day.

    SQLite's `+1 month` from the 31st runs into the month after; the last day of the month meant comes before that.
    """

    type = Date()
    inherit_cache = True


@_in_sql({"sqlite": "max({all})", "postgresql": "greatest({all})"})
class LaterOf(FunctionElement[int]):
    """SQL: the greater of two numbers, neither of them null."""

    type = Integer()
    inherit_cache = True


@_in_sql({"sqlite": "min({all})", "postgresql": "least({all})"})
class EarlierOf(FunctionElement[int]):
    """SQL: the smaller of two numbers, neither of them null."""

    type = Integer()
    inherit_cache = True
