"""Counting tries in the database, so that every node sees them.

The one thing that writes outside a request's transaction.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from courses import clock
from courses.db import Base
from lms import db


class Throttle(Base):
    """How often something was tried since `since`. `key` is a hash: no address or login is kept in the clear."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]


def allowed(what: str, who: str, *, times: int, minutes: int) -> bool:
    """Count one more try of `what` by `who`; False once there were more than `times` within `minutes`.

    Has a short transaction of its own: call it before the request opens one, or after it ended.
    """
    db.release()
    key, now = _key(what, who), clock.now()
    with db.database().begin() as session:
        session.execute(delete(Throttle).where(Throttle.since < now - timedelta(days=1)))
        session.execute(
            update(Throttle)
            .where(Throttle.key == key, Throttle.since < now - timedelta(minutes=minutes))
            .values(since=now, tries=0)
        )
        counted = update(Throttle).where(Throttle.key == key).values(tries=Throttle.tries + 1)
        if session.execute(counted).rowcount == 0:
            try:
                with session.begin_nested():
                    session.add(Throttle(key=key, since=now, tries=1))
            except IntegrityError:  # another node was first
                session.execute(counted)
        return bool(session.scalar(select(Throttle.tries <= times).where(Throttle.key == key)))


def forget(what: str, who: str) -> None:
    """Start counting anew, after success."""
    db.release()
    with db.database().begin() as session:
        session.execute(delete(Throttle).where(Throttle.key == _key(what, who)))


def blocked(what: str, who: str, *, times: int, minutes: int) -> bool:
    """Whether `who` has used up the tries, without counting one."""
    row = (
        db.looking()
        .execute(select(Throttle.tries, Throttle.since).where(Throttle.key == _key(what, who)))
        .one_or_none()
    )
    return row is not None and row.tries >= times and row.since >= clock.now() - timedelta(minutes=minutes)


def _key(what: str, who: str) -> str:
    return hashlib.sha256(f"{what}\0{who}".encode()).hexdigest()
