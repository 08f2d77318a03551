"""What the page about the API shows: the description's operations, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from courses.people.models import Role
from courses.people.words import ROLE_NAMES
from courses.text import Text, text
from lms.api.spec import operations_of

ANYBODY, SIGNED_IN = text("Anybody, without a token"), text("Everybody")


@dataclass(frozen=True)
class Operation:
    """A line of the guide. `summary` is a message id, `who` may do it, `asks` are the names of its parameters."""

    tag: str
    method: str
    path: str
    summary: str
    who: tuple[Text, ...]
    asks: tuple[str, ...]


def operations(description: Mapping[str, Any]) -> list[tuple[str, list[Operation]]]:
    """Word by word, in the order of the description's tags."""
    order = [tag["name"] for tag in description["tags"]]
    found = sorted(_all(description), key=lambda operation: order.index(operation.tag))
    return [(tag, list(of_tag)) for tag, of_tag in groupby(found, key=lambda operation: operation.tag)]


def _all(description: Mapping[str, Any]) -> Iterator[Operation]:
    for path, method, one in operations_of(description):
        asks = tuple(parameter["name"] for parameter in one.get("parameters", ()) if parameter.get("in") == "query")
        yield Operation(one["tags"][0], method.upper(), path, one["summary"], _who(one), asks)


def _who(one: Mapping[str, Any]) -> tuple[Text, ...]:
    if "x-held-by" not in one:
        return (ANYBODY,)
    return tuple(ROLE_NAMES[Role(role)] for role in one["x-held-by"]) or (SIGNED_IN,)
