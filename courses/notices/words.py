"""What people are told, in words: a headline (the mail's subject) and some lines under it.

A notice's `facts`: title, number (of the run), first and last (days), and by kind: starts_at (the first session),
place, reason, moved (`scheduling.entries.Shift.plain`), days (left), finish_by, outcome, certificate, subject, body;
until (of an offer, a moment), away_from and away_until (of a leave), replaces (true: in for somebody else), applicant
(a name), due_on, taken and minimum, department.
What is overdue is a course, not a run: of the first ones it has the title alone. Of a coach and a trainee the title is
the other one's name, and `since` the first day. Of the results of a half-year it is the half-year: '2026-1'.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from courses import clock
from courses.enrolment.models import Outcome
from courses.notices.models import NoticeKind
from courses.text import Text, text

Facts = Mapping[str, Any]


class Group(enum.StrEnum):
    """What somebody may have without mail."""

    SEATS = "seats"
    TASKS = "tasks"
    CHANGES = "changes"
    REMINDERS = "reminders"
    RESULTS = "results"
    MESSAGES = "messages"


GROUPS = {
    Group.SEATS: text("Seats and the waiting list"),
    Group.TASKS: text("What waits for you as a head or training officer"),
    Group.CHANGES: text("Runs that are moved or cancelled"),
    Group.REMINDERS: text("Reminders"),
    Group.RESULTS: text("Results and certificates"),
    Group.MESSAGES: text("Messages from the training officers"),
}

GROUP_OF = {
    NoticeKind.ENROLLED: Group.SEATS,
    NoticeKind.QUEUED: Group.SEATS,
    NoticeKind.PROMOTED: Group.SEATS,
    NoticeKind.WITHDRAWN: Group.SEATS,
    NoticeKind.MOVED: Group.CHANGES,
    NoticeKind.CANCELLED: Group.CHANGES,
    NoticeKind.REMINDER: Group.REMINDERS,
    NoticeKind.CLOSED: Group.RESULTS,
    NoticeKind.CERTIFICATE: Group.RESULTS,
    NoticeKind.WRITTEN: Group.MESSAGES,
    NoticeKind.APPLIED: Group.SEATS,
    NoticeKind.APPROVED: Group.SEATS,
    NoticeKind.NOMINATED: Group.SEATS,
    NoticeKind.RETURNED: Group.SEATS,
    NoticeKind.NOT_SELECTED: Group.SEATS,
    NoticeKind.OFFERED: Group.SEATS,
    NoticeKind.APPROVAL: Group.TASKS,
    NoticeKind.UNDER_MINIMUM: Group.TASKS,
    NoticeKind.OVERDUE: Group.REMINDERS,
    NoticeKind.ON_LEAVE: Group.SEATS,
    NoticeKind.STAFF_ON_LEAVE: Group.TASKS,
    NoticeKind.REOPENED: Group.RESULTS,
    NoticeKind.SECOND_PERSON: Group.TASKS,
    NoticeKind.SECOND_PERSON_ANSWERED: Group.TASKS,
    NoticeKind.SCORES: Group.RESULTS,
    NoticeKind.SCORES_BACK: Group.RESULTS,
    NoticeKind.APPEAL: Group.TASKS,
    NoticeKind.APPEAL_ANSWERED: Group.RESULTS,
    NoticeKind.ABSENCE: Group.TASKS,
    NoticeKind.DOOR: Group.TASKS,
    NoticeKind.DOOR_ANSWERED: Group.TASKS,
    NoticeKind.IDENTITY: Group.TASKS,
    NoticeKind.VOUCHED: Group.RESULTS,
    NoticeKind.EXPELLED: Group.RESULTS,
    NoticeKind.REINSTATED: Group.RESULTS,
    NoticeKind.ABSENCE_DECIDED: Group.RESULTS,
    NoticeKind.FILED: Group.TASKS,
    NoticeKind.FILING_RETURNED: Group.TASKS,
    NoticeKind.FILING_CONFIRMED: Group.TASKS,
    NoticeKind.COACH: Group.RESULTS,
    NoticeKind.TRAINEE: Group.RESULTS,
    NoticeKind.SKILL_SIGNED: Group.RESULTS,
    NoticeKind.OUTSIDE: Group.TASKS,
    NoticeKind.OUTSIDE_RETURNED: Group.RESULTS,
    NoticeKind.OUTSIDE_RECOGNISED: Group.RESULTS,
    NoticeKind.BOARD: Group.MESSAGES,
    NoticeKind.QUESTION: Group.MESSAGES,
    NoticeKind.QUESTION_ANSWERED: Group.MESSAGES,
    NoticeKind.HALF_YEAR: Group.TASKS,
    NoticeKind.SURVEY: Group.REMINDERS,
    NoticeKind.DAMAGED: Group.TASKS,
}

STEPS = frozenset({NoticeKind.APPLIED, NoticeKind.APPROVED, NoticeKind.NOMINATED})
"""On the way to a seat: said in the inbox alone, unless somebody else took the step for the person."""

_HEADLINES = {
    NoticeKind.ENROLLED: text("You have a seat: %(title)s"),
    NoticeKind.QUEUED: text("You are on the waiting list: %(title)s"),
    NoticeKind.PROMOTED: text("A seat came free and is yours: %(title)s"),
    NoticeKind.WITHDRAWN: text("You were withdrawn: %(title)s"),
    NoticeKind.MOVED: text("New time or place: %(title)s"),
    NoticeKind.CANCELLED: text("Does not take place: %(title)s"),
    NoticeKind.CLOSED: text("Your result: %(title)s"),
    NoticeKind.CERTIFICATE: text("Your certificate is ready: %(title)s"),
    NoticeKind.APPLIED: text("You have applied: %(title)s"),
    NoticeKind.APPROVED: text("Your application is approved: %(title)s"),
    NoticeKind.NOMINATED: text("Your department has nominated you: %(title)s"),
    NoticeKind.RETURNED: text("Your application was returned: %(title)s"),
    NoticeKind.NOT_SELECTED: text("You were not selected: %(title)s"),
    NoticeKind.APPROVAL: text("An application waits for you: %(title)s"),
    NoticeKind.OVERDUE: text("Overdue: %(title)s"),
    NoticeKind.UNDER_MINIMUM: text("Too few people so far: %(title)s"),
    NoticeKind.ON_LEAVE: text("You are on leave then, do you come? %(title)s"),
    NoticeKind.STAFF_ON_LEAVE: text("Somebody is on leave then: %(title)s"),
    NoticeKind.REOPENED: text("Your result is open again: %(title)s"),
    NoticeKind.SECOND_PERSON: text("A second person is asked: %(title)s"),
    NoticeKind.SECOND_PERSON_ANSWERED: text("A second person has answered: %(title)s"),
    NoticeKind.SCORES: text("Scores are published: %(title)s"),
    NoticeKind.SCORES_BACK: text("Scores were taken back: %(title)s"),
    NoticeKind.APPEAL: text("A score is appealed: %(title)s"),
    NoticeKind.APPEAL_ANSWERED: text("Your appeal is answered: %(title)s"),
    NoticeKind.ABSENCE: text("Somebody asks to be excused: %(title)s"),
    NoticeKind.DOOR: text("Somebody at the door asks for a place: %(title)s"),
    NoticeKind.DOOR_ANSWERED: text("Your request at the door is answered: %(title)s"),
    NoticeKind.IDENTITY: text("Somebody could not show who they are: %(title)s"),
    NoticeKind.VOUCHED: text("You were named to know somebody in class: %(title)s"),
    NoticeKind.EXPELLED: text("You are expelled: %(title)s"),
    NoticeKind.REINSTATED: text("You are no longer expelled: %(title)s"),
    NoticeKind.ABSENCE_DECIDED: text("Your request to be excused is decided: %(title)s"),
    NoticeKind.FILED: text("Workplace training to confirm: %(title)s"),
    NoticeKind.FILING_RETURNED: text("What you filed was returned: %(title)s"),
    NoticeKind.FILING_CONFIRMED: text("What you filed is confirmed: %(title)s"),
    NoticeKind.COACH: text("Your coach is %(title)s"),
    NoticeKind.TRAINEE: text("You coach %(title)s"),
    NoticeKind.SKILL_SIGNED: text("Skills signed for you to confirm: %(title)s"),
    NoticeKind.OUTSIDE: text("Learning elsewhere waits for you: %(title)s"),
    NoticeKind.OUTSIDE_RETURNED: text("Your report of learning elsewhere was returned: %(title)s"),
    NoticeKind.OUTSIDE_RECOGNISED: text("Hours recognised for learning elsewhere: %(title)s"),
    NoticeKind.BOARD: text("New on the board: %(title)s"),
    NoticeKind.QUESTION: text("A question on the board: %(title)s"),
    NoticeKind.QUESTION_ANSWERED: text("A question is answered: %(title)s"),
    NoticeKind.HALF_YEAR: text("Half-year results are due: %(title)s"),
    NoticeKind.SURVEY: text("How was it? %(title)s"),
    NoticeKind.DAMAGED: text("A kept file is damaged: %(title)s"),
}
_SAY_ALL = {
    NoticeKind.MOVED,
    NoticeKind.CLOSED,
    NoticeKind.CERTIFICATE,
    NoticeKind.WRITTEN,
    NoticeKind.OVERDUE,
    NoticeKind.COACH,
    NoticeKind.TRAINEE,
    NoticeKind.OUTSIDE,
    NoticeKind.OUTSIDE_RETURNED,
    NoticeKind.OUTSIDE_RECOGNISED,
    NoticeKind.REOPENED,
    NoticeKind.SECOND_PERSON,
    NoticeKind.SECOND_PERSON_ANSWERED,
    NoticeKind.BOARD,
    NoticeKind.QUESTION,
    NoticeKind.QUESTION_ANSWERED,
    NoticeKind.HALF_YEAR,
    NoticeKind.SURVEY,
    NoticeKind.DAMAGED,
}
"""They need not say when and where the run is."""
_OUTCOMES = {
    Outcome.COMPLETED: text("You have completed the course."),
    Outcome.NOT_COMPLETED: text("You have not completed the course. Your result says what was missing."),
    Outcome.NOT_REGISTERED: text("You were not registered for the course."),
    Outcome.EXPELLED: text("Your part in the course was ended early."),
}


def headline(kind: NoticeKind, facts: Facts) -> Text:
    """The notice in one line."""
    title = facts["title"]
    if kind is NoticeKind.WRITTEN:
        return text("%(title)s: %(subject)s", title=title, subject=facts["subject"])
    if kind is NoticeKind.WITHDRAWN and facts.get("alone"):
        return text("You have withdrawn: %(title)s", title=title)
    if kind is NoticeKind.REMINDER:
        return _reminder(facts)
    if kind is NoticeKind.OFFERED:
        return text("A seat is offered to you, answer by %(until)s: %(title)s", until=_until(facts), title=title)
    return Text(_HEADLINES[kind].msgid, {"title": title})


def _reminder(facts: Facts) -> Text:
    title, left = facts["title"], facts["days"]
    if "finish_by" in facts:
        return text("Not finished yet, until %(day)s: %(title)s", title=title, day=_day(facts["finish_by"]))
    if left == 1:
        return text("Starts tomorrow: %(title)s", title=title)
    return text("Starts in %(days)s days: %(title)s", title=title, days=left)


def lines(kind: NoticeKind, facts: Facts) -> list[Text]:
    """What more there is to say, a line each."""
    found = _shifts(facts) if kind in _SAY_ALL | _OF_SCORES else _when_and_where(facts)
    found += _asked(kind, facts) + _assessed(kind, facts) + _at_the_door(kind, facts) + _confirmed(kind, facts)
    found += _of_board(kind, facts) + _of_departments(kind, facts)
    if facts.get("back"):
        found.append(text("The run has fewer seats now; you are at the front of the waiting list."))
    if facts.get("reason"):
        found.append(text("Reason: %(reason)s", reason=facts["reason"]))
    if facts.get("instead_on"):
        day = date.fromisoformat(facts["instead_on"])
        found.append(text("Another run of this course begins on %(day)s", day=day))
    if facts.get("outcome"):
        found.append(_OUTCOMES[Outcome(facts["outcome"])])
    if facts.get("certificate"):
        found.append(text("Number: %(number)s", number=facts["certificate"]))
    return found


def _asked(kind: NoticeKind, facts: Facts) -> list[Text]:
    """What the person is to do, or to know beside when and where."""
    match kind:
        case NoticeKind.ENROLLED if facts.get("replaces"):
            return [text("You come in for somebody who cannot take part.")]
        case NoticeKind.OFFERED:
            return [text("Accept or decline it on the page of the run. Nobody else can have it until then.")]
        case NoticeKind.APPROVAL:
            return [text("Applied: %(name)s", name=facts["applicant"])]
        case NoticeKind.RETURNED:
            return [text("Mend it and apply again, as long as applications are taken.")]
        case NoticeKind.OVERDUE:
            due = text("This course is mandatory. It was due on %(day)s.", day=_day(facts["due_on"]))
            return [due, text("Choose a run and apply.")]
        case NoticeKind.UNDER_MINIMUM:
            said = text("%(taken)s of at least %(minimum)s", taken=facts["taken"], minimum=facts["minimum"])
            return [said, text("Does it take place? Nothing is cancelled by itself.")]
        case NoticeKind.ON_LEAVE:
            return [_leave(facts), text("Withdraw if you cannot come. Nothing is cancelled by itself.")]
        case NoticeKind.STAFF_ON_LEAVE:
            who = text("Person: %(name)s", name=facts["applicant"])
            return [who, _leave(facts), text("Withdraw or replace them if they cannot come, or leave it as it is.")]
    return []


def _of_departments(kind: NoticeKind, facts: Facts) -> list[Text]:
    """Of training that a department filed, of coaches, of learning elsewhere."""
    match kind:
        case NoticeKind.FILED:
            return [text("%(department)s, %(n)s people", department=facts["department"], n=facts["taken"])]
        case NoticeKind.COACH | NoticeKind.TRAINEE:
            return [text("From %(first)s", first=_day(facts["since"]))]
        case NoticeKind.OUTSIDE:
            return [text("Reported by %(name)s", name=facts["applicant"])]
        case NoticeKind.OUTSIDE_RETURNED:
            return [text("Correct it and send it again, on the page of your hours.")]
        case NoticeKind.OUTSIDE_RECOGNISED:
            return [text("Recognised: %(hours)s hours", hours=facts["hours"])]
        case NoticeKind.HALF_YEAR:
            return [text("They are owed by %(day)s, and not written yet.", day=_day(facts["due_on"]))]
    return []


def _confirmed(kind: NoticeKind, facts: Facts) -> list[Text]:
    """Of a weighty step: who wants it, and what became of it."""
    if kind is NoticeKind.REOPENED:
        return [text("The run was reopened. You are told again when it is closed.")]
    if kind is NoticeKind.SECOND_PERSON:
        return [text("Asked for by %(name)s", name=facts["applicant"])]
    if kind is NoticeKind.SECOND_PERSON_ANSWERED:
        return [text("Confirmed, and done") if facts.get("confirmed") else text("It is not done")]
    return []


def _at_the_door(kind: NoticeKind, facts: Facts) -> list[Text]:
    """Whom it is about, and what was answered."""
    if kind is NoticeKind.EXPELLED:
        return [text("For proxy attendance. If that is not right, tell the training officer.")]
    if kind not in (NoticeKind.DOOR, NoticeKind.DOOR_ANSWERED, NoticeKind.IDENTITY, NoticeKind.VOUCHED):
        return []
    who = text("Person: %(name)s", name=facts["applicant"])
    if kind is NoticeKind.VOUCHED:
        return [who, text("If you did not confirm who they are, tell the training officer.")]
    if kind is not NoticeKind.DOOR_ANSWERED:
        return [who]
    return [who, text("They have a place now.") if facts.get("granted") else text("They get no place.")]


def _of_board(kind: NoticeKind, facts: Facts) -> list[Text]:
    """Which post it is, how long the survey is open, or what to do about a damaged file."""
    if kind in (NoticeKind.BOARD, NoticeKind.QUESTION, NoticeKind.QUESTION_ANSWERED):
        return [text("‘%(subject)s’", subject=facts["subject"])]
    if kind is NoticeKind.DAMAGED:
        return [text("It is not handed out any more. Bring it back from a backup, or have it issued again.")]
    if kind is not NoticeKind.SURVEY:
        return []
    if facts.get("again"):
        return [text("Not answered yet. It is open until %(until)s.", until=_until(facts))]
    return [text("It takes half a minute and is anonymous. It is open until %(until)s.", until=_until(facts))]


def _assessed(kind: NoticeKind, facts: Facts) -> list[Text]:
    """Of scores, appeals and requests to be excused: what was decided, never a number of points or a ground."""
    found = [text("Part of the score: %(part)s", part=facts["part"])] if facts.get("part") else []
    match kind:
        case NoticeKind.APPEAL_ANSWERED:
            changed = facts.get("changed")
            found.append(text("Your points were changed.") if changed else text("Your points were kept."))
        case NoticeKind.ABSENCE:
            found.append(text("Person: %(name)s", name=facts["applicant"]))
        case NoticeKind.ABSENCE_DECIDED:
            found.append(_DECISIONS[facts.get("why", "")])
    return found


_OF_SCORES = {NoticeKind.SCORES, NoticeKind.SCORES_BACK, NoticeKind.APPEAL, NoticeKind.APPEAL_ANSWERED}
_DECISIONS = {
    "": text("You are excused. It stands in the attendance sheet."),
    "number": text("Returned: there is no document of this number."),
    "sessions": text("Returned: the document is about other days."),
    "ground": text("Returned: another ground applies."),
    "unapproved": text("Returned: the document is not approved yet."),
}
"""By why a request was returned; '' for an approved one."""


def _leave(facts: Facts) -> Text:
    if facts.get("away_until"):
        return text(
            "Leave: from %(first)s until %(last)s", first=_day(facts["away_from"]), last=_day(facts["away_until"])
        )
    return text("Leave: from %(first)s", first=_day(facts["away_from"]))


def _until(facts: Facts) -> datetime:
    return _moment(facts["until"])


def _when_and_where(facts: Facts) -> list[Text]:
    when = text("From %(first)s until %(last)s", first=_day(facts["first"]), last=_day(facts["last"]))
    if facts.get("starts_at"):
        when = text("First session: %(when)s", when=_moment(facts["starts_at"]))
    return [when, text("Place: %(place)s", place=facts["place"])] if facts.get("place") else [when]


def _shifts(facts: Facts) -> list[Text]:
    return [_shift(shift["before"], shift["after"]) for shift in facts.get("moved", ())]


def _shift(before: Facts | None, after: Facts | None) -> Text:
    if before is None and after is not None:
        return text("New session: %(now)s", now=slot(after))
    if before is not None and after is None:
        return text("Dropped: %(was)s", was=slot(before))
    assert before is not None
    assert after is not None
    was = {**before, "place": ""} if before["place"] == after["place"] else before
    return text("%(was)s → %(now)s", was=slot(was), now=slot(after))


def slot(plain: Facts) -> Text:
    """When and where, of a `scheduling.entries.Slot.plain`."""
    first, last = _moment(plain["starts_at"]), _moment(plain["ends_at"])
    until = clock.local(last).strftime("%H:%M")
    if plain.get("whole"):
        days = {"first": clock.local(first).date(), "last": clock.local(last - timedelta(seconds=1)).date()}
        return text("%(first)s to %(last)s", **days)
    if plain["place"]:
        return text("%(first)s–%(until)s, %(place)s", first=first, until=until, place=plain["place"])
    return text("%(first)s–%(until)s", first=first, until=until)


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _day(value: str) -> date:
    return date.fromisoformat(value)
