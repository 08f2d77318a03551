"""What grounds, states and reasons are called."""

from __future__ import annotations

from courses.attendance.models import Ground, RequestState, ReturnReason
from courses.text import text

GROUNDS = {
    Ground.OFFICIAL_LEAVE: text("Official leave"),
    Ground.LEAVE: text("Leave"),
    Ground.DUTY: text("On duty"),
}
STATES = {
    RequestState.OPEN: (text("Waits for a decision"), "info"),
    RequestState.APPROVED: (text("Excused"), "ok"),
    RequestState.RETURNED: (text("Returned"), "warn"),
    RequestState.WITHDRAWN: (text("Withdrawn"), ""),
}
"""State of a request → its name and tone."""

REASONS = {
    ReturnReason.NUMBER: text("There is no document of this number"),
    ReturnReason.SESSIONS: text("The document is about other days"),
    ReturnReason.GROUND: text("Another ground applies"),
    ReturnReason.UNAPPROVED: text("The document is not approved yet"),
}
