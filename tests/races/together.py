"""Several people who do something at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.orm import Session

from courses.errors import Refused
from lms.db import Database


def at_once(database: Database, people: int, work: Callable[[Session, int], object]) -> list[str]:
    """Let each do `work(db, n)` in a transaction of its own; what each was told: "done", or the refusal's code."""
    start = Barrier(people)

    def one(n: int) -> str:
        start.wait()
        try:
            with database.begin() as db:
                work(db, n)
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))
