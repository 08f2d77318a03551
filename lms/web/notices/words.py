"""What the states of mail are called, and which sign each kind of notice has."""

from __future__ import annotations

from courses.notices.models import MessageState, NoticeKind
from courses.text import text

STATES = {
    None: (text("Inbox only"), ""),
    MessageState.WAITING: (text("On its way"), "info"),
    MessageState.SENT: (text("Sent"), "ok"),
    MessageState.FAILED: (text("Not delivered"), "bad"),
}
"""State of a mail → its name and tone. None: no mail was wanted, or nobody knows an address."""

ICONS = {
    NoticeKind.ENROLLED: "circle-check",
    NoticeKind.QUEUED: "clock",
    NoticeKind.PROMOTED: "circle-check",
    NoticeKind.WITHDRAWN: "undo-2",
    NoticeKind.MOVED: "calendar",
    NoticeKind.CANCELLED: "circle-alert",
    NoticeKind.REMINDER: "bell",
    NoticeKind.CLOSED: "list-checks",
    NoticeKind.CERTIFICATE: "award",
    NoticeKind.WRITTEN: "mail",
    NoticeKind.APPLIED: "check",
    NoticeKind.APPROVED: "check",
    NoticeKind.NOMINATED: "check",
    NoticeKind.RETURNED: "undo-2",
    NoticeKind.NOT_SELECTED: "circle-alert",
    NoticeKind.OFFERED: "clock",
    NoticeKind.APPROVAL: "clipboard-check",
    NoticeKind.OVERDUE: "circle-alert",
    NoticeKind.UNDER_MINIMUM: "users",
}
