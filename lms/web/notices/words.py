"""What the states of mail are called, and which sign each kind of notice has."""

from __future__ import annotations

from courses.notices.models import Channel, MessageState, NoticeKind
from courses.text import Text, text

STATES = {
    None: (text("Inbox only"), ""),
    MessageState.WAITING: (text("On its way"), "info"),
    MessageState.SENT: (text("Sent"), "ok"),
    MessageState.FAILED: (text("Not delivered"), "bad"),
}
"""State of a mail → its name and tone. None: no mail was wanted, or nobody knows an address."""

CHANNELS = {Channel.MAIL: text("Mail"), Channel.TEXT: text("Text message")}

KINDS = {
    NoticeKind.APPLIED: text("Application sent"),
    NoticeKind.APPROVAL: text("Application waits (to the head)"),
    NoticeKind.APPROVED: text("Application approved"),
    NoticeKind.RETURNED: text("Application returned"),
    NoticeKind.NOMINATED: text("Nominated by the department"),
    NoticeKind.ENROLLED: text("Seat certain"),
    NoticeKind.NOT_SELECTED: text("Not selected"),
    NoticeKind.QUEUED: text("On the waiting list"),
    NoticeKind.OFFERED: text("Seat offered from the waiting list"),
    NoticeKind.PROMOTED: text("Seat from the waiting list"),
    NoticeKind.WITHDRAWN: text("Withdrawal"),
    NoticeKind.MOVED: text("New time or place"),
    NoticeKind.CANCELLED: text("Run cancelled"),
    NoticeKind.REMINDER: text("Reminder before the start or the end"),
    NoticeKind.OVERDUE: text("Mandatory course overdue"),
    NoticeKind.UNDER_MINIMUM: text("Run under its minimum (to training officers)"),
    NoticeKind.ON_LEAVE: text("On leave during a run"),
    NoticeKind.STAFF_ON_LEAVE: text("Somebody on leave during a run (to training officers)"),
    NoticeKind.FILED: text("Workplace training filed (to training officers)"),
    NoticeKind.FILING_RETURNED: text("Filed training returned"),
    NoticeKind.FILING_CONFIRMED: text("Filed training confirmed"),
    NoticeKind.COACH: text("Coach named (to the trainee)"),
    NoticeKind.TRAINEE: text("Coach named (to the coach)"),
    NoticeKind.SKILL_SIGNED: text("Skills signed, to be confirmed"),
    NoticeKind.OUTSIDE: text("Learning elsewhere waits (to the head)"),
    NoticeKind.OUTSIDE_RETURNED: text("Report of learning elsewhere returned"),
    NoticeKind.OUTSIDE_RECOGNISED: text("Learning elsewhere recognised"),
    NoticeKind.SCORES: text("Scores published"),
    NoticeKind.SCORES_BACK: text("Scores taken back"),
    NoticeKind.APPEAL: text("Score appealed (to instructors)"),
    NoticeKind.APPEAL_ANSWERED: text("Appeal answered"),
    NoticeKind.ABSENCE: text("Excused absence asked for (to training officers)"),
    NoticeKind.DOOR: text("Place asked for at the door (to training officers)"),
    NoticeKind.DOOR_ANSWERED: text("Request at the door answered (to the instructor)"),
    NoticeKind.IDENTITY: text("Identity not shown (to training officers)"),
    NoticeKind.VOUCHED: text("Named to know somebody (to the colleague)"),
    NoticeKind.EXPELLED: text("Expelled"),
    NoticeKind.REINSTATED: text("Expulsion taken back"),
    NoticeKind.ABSENCE_DECIDED: text("Excused absence decided"),
    NoticeKind.CLOSED: text("Result"),
    NoticeKind.REOPENED: text("Result taken back, as the run is open again"),
    NoticeKind.SECOND_PERSON: text("Second person asked (to training officers and the head)"),
    NoticeKind.SECOND_PERSON_ANSWERED: text("Second person has answered"),
    NoticeKind.CERTIFICATE: text("Certificate ready"),
    NoticeKind.BOARD: text("Notice on the board of a run"),
    NoticeKind.QUESTION: text("Question on the board (to instructors)"),
    NoticeKind.QUESTION_ANSWERED: text("Question on the board answered"),
    NoticeKind.HALF_YEAR: text("Half-year results due (to training officers)"),
    NoticeKind.SURVEY: text("Survey of a run"),
    NoticeKind.DAMAGED: text("A kept file is damaged (to administrators)"),
    NoticeKind.WRITTEN: text("A training officer's own words"),
}
"""What kinds of notices are called, in the order in which a person may get them."""

_OF_TEXTS = {
    MessageState.WAITING: (text("Waits to be handed over"), "info"),
    MessageState.SENT: (text("Handed over"), "ok"),
}


def state_of(channel: Channel, state: MessageState) -> tuple[Text, str]:
    """The name and tone of a message's state. Text messages are handed over, not sent."""
    return (channel is Channel.TEXT and _OF_TEXTS.get(state)) or STATES[state]


ICONS = {
    NoticeKind.ENROLLED: "circle-check",
    NoticeKind.QUEUED: "clock",
    NoticeKind.PROMOTED: "circle-check",
    NoticeKind.WITHDRAWN: "undo-2",
    NoticeKind.MOVED: "calendar",
    NoticeKind.CANCELLED: "circle-alert",
    NoticeKind.REMINDER: "bell",
    NoticeKind.CLOSED: "list-checks",
    NoticeKind.REOPENED: "undo-2",
    NoticeKind.SECOND_PERSON: "clipboard-check",
    NoticeKind.SECOND_PERSON_ANSWERED: "check",
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
    NoticeKind.ON_LEAVE: "calendar",
    NoticeKind.STAFF_ON_LEAVE: "users",
    NoticeKind.SCORES: "list-checks",
    NoticeKind.SCORES_BACK: "undo-2",
    NoticeKind.APPEAL: "circle-alert",
    NoticeKind.APPEAL_ANSWERED: "check",
    NoticeKind.ABSENCE: "clipboard-check",
    NoticeKind.DOOR: "user",
    NoticeKind.DOOR_ANSWERED: "check",
    NoticeKind.IDENTITY: "circle-alert",
    NoticeKind.VOUCHED: "user",
    NoticeKind.EXPELLED: "circle-alert",
    NoticeKind.REINSTATED: "undo-2",
    NoticeKind.ABSENCE_DECIDED: "clipboard-check",
    NoticeKind.FILED: "clipboard-check",
    NoticeKind.FILING_RETURNED: "undo-2",
    NoticeKind.FILING_CONFIRMED: "circle-check",
    NoticeKind.COACH: "user",
    NoticeKind.TRAINEE: "user",
    NoticeKind.SKILL_SIGNED: "list-checks",
    NoticeKind.OUTSIDE: "clipboard-check",
    NoticeKind.OUTSIDE_RETURNED: "undo-2",
    NoticeKind.OUTSIDE_RECOGNISED: "circle-check",
    NoticeKind.HALF_YEAR: "file-text",
    NoticeKind.BOARD: "mail",
    NoticeKind.QUESTION: "mail",
    NoticeKind.QUESTION_ANSWERED: "check",
    NoticeKind.SURVEY: "list-checks",
    NoticeKind.DAMAGED: "circle-alert",
}
