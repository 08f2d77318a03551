"""Days as numbers in SQL (those of `date.toordinal`), so that both databases can count with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class DayNumber(FunctionElement[int]):
    """SQL: the number of a day."""

    type = Integer()
    inherit_cache = True


class MomentDayNumber(FunctionElement[int]):
    """SQL: the number of the office's day of a moment."""

    type = Integer()
    inherit_cache = True


class MonthsLater(FunctionElement[Any]):
    """SQL: a day so many months later, the last of the month where that has no such day."""

    type = Date()
    inherit_cache = True


class LaterOf(FunctionElement[int]):
    """SQL: the greater of two numbers, neither of them null."""

    type = Integer()
    inherit_cache = True


class EarlierOf(FunctionElement[int]):
    """SQL: the smaller of two numbers, neither of them null."""

    type = Integer()
    inherit_cache = True


@compiles(LaterOf, "sqlite")
def _later_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(LaterOf, "postgresql")
def _later_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(EarlierOf, "sqlite")
def _earlier_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


@compiles(EarlierOf, "postgresql")
def _earlier_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


@compiles(DayNumber, "sqlite")
def _day_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **options)}) - 1721424.5 AS INTEGER)"


@compiles(DayNumber, "postgresql")
def _day_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **options)} AS DATE) - DATE '0001-01-01' + 1)"


@compiles(MomentDayNumber, "sqlite")
def _moment_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **options)}, '+9 hours') - 1721424.5 AS INTEGER)"


@compiles(MomentDayNumber, "postgresql")
def _moment_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"(CAST({moment} AT TIME ZONE 'Asia/Seoul' AS DATE) - DATE '0001-01-01' + 1)"


@compiles(MonthsLater, "sqlite")
def _months_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    """`+1 month` from the 31st runs into the month after; the last day of the month meant comes before that."""
    day, months = (compiler.process(part, **options) for part in element.clauses)
    last = f"date({day}, 'start of month', '+' || (({months}) + 1) || ' months', '-1 day')"
    return f"min(date({day}, '+' || ({months}) || ' months'), {last})"


@compiles(MonthsLater, "postgresql")
def _months_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    day, months = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST({day} + make_interval(months => CAST({months} AS INTEGER)) AS DATE)"
