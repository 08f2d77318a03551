"""Long lists, the latest first, by id: what is added meanwhile neither repeats nor hides anything.

A page costs the same wherever it is in a list of any length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute, Session

from courses.db import KEY, rows

PAGE = 50
_BATCH = 1000
_LARGEST = 10**18
_below = bindparam("below", type_=KEY)
_most = bindparam("most", type_=Integer)


def latest(
    statement: Select[*tuple[Any, ...]], key: InstrumentedAttribute[int], *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """What `page` and `batches` read: the rows of `statement`, which has a column `id`, that fit; `key` is that id."""
    return statement.where(*conditions, key < _below).order_by(key.desc()).limit(_most)


def page(
    db: Session, listed: Select[*tuple[Any, ...]], before: int | None = None, values: Mapping[str, Any] | None = None
) -> tuple[Sequence[Row[Any]], bool]:
    """The page of rows below the id `before`, and whether there are more. `values`: other parameters."""
    found = _read(db, listed, before or _LARGEST, PAGE + 1, values)
    return found[:PAGE], len(found) > PAGE


def batches(
    db: Session, listed: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> Iterator[Sequence[Row[Any]]]:
    """All rows, as many at a time as are read at once."""
    before = _LARGEST
    while batch := _read(db, listed, before, _BATCH, values):
        yield batch
        before = batch[-1].id


def _read(
    db: Session, listed: Select[*tuple[Any, ...]], below: int, most: int, values: Mapping[str, Any] | None
) -> Sequence[Row[Any]]:
    return rows(db, listed, {**(values or {}), "below": below, "most": most}).all()
