"""Why a check-in is refused: each reason has its own message, and says what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.attendance import codes
from courses.attendance.arriving import Own
from courses.attendance.models import CheckInWindow
from courses.attendance.rules import OPENS_BEFORE
from courses.errors import Refused
from courses.scheduling.models import ClassSession, Run
from courses.text import text


def why(db: Session, mine: Sequence[Own], ages: Mapping[int, int | None], code: str, session_id: int | None) -> Refused:
    """The reason why `code` checks nobody in. `mine`: one's own sessions; `ages`: how old it is for each of them."""
    known = [age for age in ages.values() if age is not None]
    if any(age >= 0 for age in known):
        message = text("This code is old: a new one stands on the screen every half minute. Use that one")
        return Refused(message, code="old_code")
    if known:
        message = text("This code is not valid yet: the servers' clocks differ. Try again in a minute")
        return Refused(message, code="clock_skew")
    if session_id is not None and not mine:
        return _not_enrolled()
    open_now = any(one.is_open(clock.now()) for one in mine)
    if title := _title_of(db, code, {one.session_id for one in mine}):
        message = text(
            "This code belongs to another class, ‘%(title)s’: use the one on the screen of yours", title=title
        )
        return Refused(message, code="wrong_session") if open_now else _not_enrolled()
    if open_now:
        message = text("No class of yours has this code. Look at the screen and enter its six digits")
        return Refused(message, code="wrong_code")
    return _not_open(mine)


def _not_enrolled() -> Refused:
    message = text("You have no place in the class this code belongs to. Please see the instructor")
    return Refused(message, code="not_enrolled")


def _not_open(mine: Sequence[Own]) -> Refused:
    """No session takes check-ins: of the one that matters most, when it did or will."""
    now = clock.now()
    if not mine:
        return Refused(text("You have no class today that takes check-ins"), code="no_class")
    one = next((one for one in mine if now < one.ends_at), mine[-1])
    if now >= one.ends_at:
        message = text(
            "Too late: ‘%(title)s’ ended at %(when)s. Please see the instructor", title=one.title, when=one.ends_at
        )
        return Refused(message, code="too_late")
    if one.closes_at is not None:
        message = text("The check-in closed at %(when)s. Please see the instructor", when=one.closes_at)
        return Refused(message, code="closed")
    opens_at = one.starts_at - OPENS_BEFORE
    if now < opens_at:
        message = text("Too early: ‘%(title)s’ takes check-ins from %(when)s on", title=one.title, when=opens_at)
        return Refused(message, code="too_early")
    message = text("The check-in of ‘%(title)s’ is not open yet. Please ask the instructor", title=one.title)
    return Refused(message, code="not_open")


def _title_of(db: Session, code: str, mine: set[int]) -> str | None:
    """The course whose screen shows this code now, where that is none of one's own sessions."""
    now = clock.now()
    others = (
        select(CheckInWindow, ClassSession)
        .join(ClassSession, ClassSession.id == CheckInWindow.session_id)
        .options(joinedload(ClassSession.run).joinedload(Run.course))
        .where(CheckInWindow.closes_at > now, CheckInWindow.session_id.not_in(mine))
    )
    for window, session in db.execute(others):
        if codes.age(code, window.secret, session.id, now) in codes.VALID:
            return session.run.course.title
    return None
