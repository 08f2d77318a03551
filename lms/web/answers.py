"""How views answer: 303 after a change, a fragment where htmx asked, 404 for what is not yours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import abort, flash, make_response, redirect, request
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from courses.errors import Refused
from lms import db

T = TypeVar("T")
Answer = str | Response | tuple[str, int]
"""What a view answers with that may show its form again, with the status."""

_SEE_OTHER = 303
_LONGEST_KEY = 19
_LAST_PAGE = 1_000_000
_YEARS = range(1900, 3000)
CONFLICT, INVALID = 409, 422


def see_other(url: str) -> Response:
    """After a change: go and look (POST/redirect/GET)."""
    return redirect(url, _SEE_OTHER)


@contextmanager
def again(page: Callable[[Refused], str]) -> Iterator[None]:
    """What is refused in this block is not done at all: its page is shown again, with the reason (409).

    `with again(lambda refused: _page(form, reasons(refused))): …`; the page reads anew, after the rollback.
    """
    try:
        yield
    except Refused as refused:
        db.release()
        abort(make_response(page(refused), CONFLICT))


def is_fragment() -> bool:
    """Whether htmx asks, and wants a piece of the page."""
    return request.headers.get("HX-Request") == "true"


def found(statement: Select[T], values: Mapping[str, Any] | None = None) -> T:
    """The one thing a statement finds; 404 when there is none. Put `visible(...)` into the statement.

    `values`: what a statement built once asks for.

    Read in the session that is open: in a POST call `acting()` before, unless it is only to be shown.
    """
    thing = db.looking().scalar(statement, values)
    if thing is None:
        abort(404)
    return thing


def say(message: str, *, undo: str | None = None) -> None:
    """Tell the person on the next page, with the address that takes it back, where there is one."""
    flash((message, undo))  # type: ignore[arg-type]  # stored in the session as a list; the base template reads both


def back_to(address: str | None, default: str) -> str:
    """`address` if it is a path of this site, else `default` (no open redirects)."""
    safe = address and address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if safe and address else default


def key(value: str) -> int:
    """The id in a query or form value (`request.args.get("unit", type=key)`).

    Raises ValueError for what is none, and for what no column of the database could hold.
    """
    if not (value.isascii() and value.isdigit() and len(value) < _LONGEST_KEY):
        raise ValueError(f"{value[:_LONGEST_KEY]!r} is no id")
    return int(value)


def page_number(name: str = "page") -> int:
    """The page asked for, at least 1."""
    return min(max(1, request.args.get(name, 1, type=key)), _LAST_PAGE)


def day_or_none(name: str, args: MultiDict[str, str] | None = None) -> date | None:
    """The day in a query value (2026-11-23) of this address, or of `args`; None for none, and for what is none of ours.

    There is always room for the weeks and months around it.
    """
    try:
        day = date.fromisoformat((request.args if args is None else args).get(name, ""))
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def year_or_none(name: str, args: MultiDict[str, str] | None = None) -> int | None:
    """The year in a query value, read the same way."""
    year = (request.args if args is None else args).get(name, type=key)
    return year if year in _YEARS else None


def here(path: str = "", /, **changes: object) -> str:
    """This address with other values in its query (None: without that one); with a `path`, another page asked the same.

    `here(page=2)` on /runs?q=excel → /runs?q=excel&page=2.
    """
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    asked += [(name, str(value)) for name, value in changes.items() if value is not None]
    return "?".join(part for part in (path or request.path, urlencode(asked)) if part)


def json_body() -> Any:
    """The JSON that was sent, None when it cannot be read (broken, or nested deeper than anybody writes)."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def selected(values: list[str], allowed: Any) -> list[str]:
    """Those query values that are known; unknown ones are ignored as if not given."""
    known = {str(item.value) for item in allowed}
    return [value for value in values if value in known]
