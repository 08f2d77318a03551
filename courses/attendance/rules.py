"""When attendance may be taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses import clock
from courses.errors import Refused
from courses.scheduling.models import RunState
from courses.text import text

OPENS_BEFORE = timedelta(minutes=30)
"""How long before its start a session's sheet opens."""


def refusal(state: RunState, starts_at: datetime) -> Refused | None:
    """Why nobody can mark this session now; None when one can."""
    if state is RunState.CLOSED:
        return Refused(text("This run is closed: its attendance can no longer be changed"), code="closed")
    if state is not RunState.PUBLISHED:
        return Refused(text("This run does not take place: there is no attendance to take"), code="not_published")
    opens_at = starts_at - OPENS_BEFORE
    if clock.now() < opens_at:
        return Refused(text("Attendance can be taken from %(opens_at)s on", opens_at=opens_at), code="too_early")
    return None
