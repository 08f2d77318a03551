"""A class whose screen shows codes, at nine o'clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import checkin, codes
from courses.attendance.models import CheckInWindow
from courses.people.models import Person
from courses.scheduling.models import ClassSession
from tests import factories
from tests.attendance.conftest import Class, a_class

__all__ = ["Class", "a_class"]

NINE = factories.some_day(9)
"""Monday, 23 November 2026, 09:00: the class begins."""


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    with clock.frozen(NINE):
        yield


@pytest.fixture
def course(db: Session, cleo: Person) -> Class:
    return a_class(db, cleo)


@pytest.fixture
def opened(db: Session, cleo: Person, course: Class) -> Class:
    """Its session of today takes check-ins."""
    checkin.open_window(db, cleo.id, course.today.id, 30)
    db.commit()
    return course


@contextmanager
def later(**how: float) -> Iterator[None]:
    """So much later than it is now."""
    with clock.frozen(clock.now() + timedelta(**how)):
        yield


def shown(
    db: Session, session: ClassSession, at: datetime | None = None, make: Callable[..., str] = codes.digits
) -> str:
    """The digits (or with `codes.link` the QR's code) on the screen of a session, now or at another moment."""
    window = db.get_one(CheckInWindow, session.id)
    return make(window.secret, session.id, codes.step(at or clock.now()))
