"""What happens to an enrolment, each kind of fact in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.enrolment.leaving import LEFT
from courses.enrolment.models import Outcome, Status
from courses.enrolment.offering import EXPIRED
from courses.events.actions import kind_of
from courses.events.facts import (
    AbsenceAsked,
    AbsenceDecided,
    AppealAnswered,
    AppealMade,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    Changed,
    Escalated,
    Moved,
    PassedOver,
    Ranked,
    Replaced,
    Settled,
)
from courses.text import Text, text


@dataclass(frozen=True)
class Change:
    """One change. `what`: a sentence; `reason`: a person's own words or ours, '' for none.

    `by`: who did it, None where the system or the staff file did; `unit` and `grade`: the person's as of that day.
    `movement`: it is one of the person (transfer, promotion, leave), not of the enrolment.
    """

    at: datetime
    kind: str
    what: Text
    by: str | None = None
    reason: Text | str = ""
    unit: str = ""
    grade: str = ""
    movement: bool = False


@dataclass(frozen=True)
class About:
    """What sentences need beside the facts: the event, and names by ("person", id) and ("unit", id)."""

    event: Any
    enrolment_id: int
    names: Mapping[tuple[str, int], str]

    @property
    def own(self) -> bool:
        """Whether the person did it."""
        return bool(self.event.actor_id == self.event.person_id)

    def say(self, kind: str, what: Text, reason: Text | str = "") -> Change:
        return Change(self.event.at, kind, what, reason=reason)


def _moved(said: Mapping[str, Any], about: About) -> Change:
    reason = said.get("reason", "")
    after = Status(said["after"])
    what = _REASONS.get((after, reason)) or _STEPS.get((said["before"], after)) or _AFTER[after]
    if after is Status.WITHDRAWN and about.own and reason == "":
        what = text("Withdrew")
    if after is Status.APPLIED and not about.own and said["before"] == "":
        what = text("Was put forward")
    if after is Status.WAITLISTED:
        what = Text(what.msgid, {"n": abs(said.get("queue_no") or 0)})
    return about.say(after.value, what, "" if reason in _CODES else reason)


def _settled(said: Mapping[str, Any], about: About) -> Change:
    if not said["after"]:
        return about.say("settled", text("The outcome was taken back"))
    return about.say("settled", text("Outcome: %(outcome)s", outcome=OUTCOMES[Outcome(said["after"])]))


def _passed(said: Mapping[str, Any], about: About) -> Change:
    why = _OBSTACLES.get(said["reason"], text("a rule was in the way"))
    return about.say("passed_over", text("A seat came free and went to the next one in the queue"), why)


def _escalated(said: Mapping[str, Any], about: About) -> Change:
    unit = about.names.get(("unit", said["unit_id"]), "")
    return about.say(
        "escalated", text("No answer from %(unit)s in time: the next head above may decide too", unit=unit)
    )


def _replaced(said: Mapping[str, Any], about: About) -> Change:
    name = about.names.get(("person", said["instead_of"]), "")
    return about.say("replaced", text("Came in for %(name)s", name=name), said["reason"])


def _ranked(said: Mapping[str, Any], about: About) -> Change | None:
    pair = said["ranks"].get(str(about.enrolment_id))
    if pair is None:
        return None
    unit, rank = about.names.get(("unit", said["unit_id"]), ""), pair[1]
    if rank is None:
        return about.say("ranked", text("%(unit)s took its rank back", unit=unit))
    return about.say("ranked", text("%(unit)s gave it rank %(rank)s", unit=unit, rank=rank))


def _changed(said: Mapping[str, Any], about: About) -> Change | None:
    """Only the motive of an enrolment changes; other records of the person in this run are told elsewhere."""
    if said["thing"] != "enrolment" or said["id"] != about.enrolment_id:
        return None
    return about.say("changed", text("Wrote another motive"), said["after"].get("motive", ""))


def _appealed(said: Mapping[str, Any], about: About) -> Change:
    return about.say("appealed", text("Appealed the score of %(part)s", part=said["name"]))


def _answered(said: Mapping[str, Any], about: About) -> Change:
    points = {"part": said["name"], "before": f"{said['before'] / 100:g}", "after": f"{said['after'] / 100:g}"}
    if said["before"] == said["after"]:
        return about.say("answered", text("Appeal against %(part)s: %(after)s points kept", **points))
    return about.say("answered", text("Appeal against %(part)s: %(before)s points became %(after)s", **points))


def _asked_to_miss(said: Mapping[str, Any], about: About) -> Change:
    sessions = ", ".join(map(str, said["sessions"]))
    return about.say("absence", text("Asked to be excused from session %(sessions)s", sessions=sessions))


def _excused(said: Mapping[str, Any], about: About) -> Change:
    return about.say("absence", _EXCUSED[said["state"]])


_EXCUSED = {
    "approved": text("Was excused as asked"),
    "returned": text("The request to be excused was returned"),
    "withdrawn": text("Took the request to be excused back"),
}


def _certificate(what: str) -> Callable[[Mapping[str, Any], About], Change]:
    def told(said: Mapping[str, Any], about: About) -> Change:
        return about.say("certificate", Text(what, {"number": said["number"]}), said.get("reason", ""))

    return told


SENTENCES: dict[str, Callable[[Mapping[str, Any], About], Change | None]] = {
    kind_of(Moved): _moved,
    kind_of(Settled): _settled,
    kind_of(PassedOver): _passed,
    kind_of(Escalated): _escalated,
    kind_of(Replaced): _replaced,
    kind_of(Ranked): _ranked,
    kind_of(Changed): _changed,
    kind_of(AppealMade): _appealed,
    kind_of(AppealAnswered): _answered,
    kind_of(AbsenceAsked): _asked_to_miss,
    kind_of(AbsenceDecided): _excused,
    kind_of(CertificateIssued): _certificate(text("The certificate %(number)s was issued").msgid),
    kind_of(CertificateReissued): _certificate(text("The certificate %(number)s was issued again").msgid),
    kind_of(CertificateRevoked): _certificate(text("The certificate %(number)s was revoked").msgid),
}

_AFTER = {
    Status.APPLIED: text("Put in an application"),
    Status.RETURNED: text("Returned for correction"),
    Status.APPROVED: text("Got the head's approval"),
    Status.NOMINATED: text("Was nominated"),
    Status.WAITLISTED: text("Waits as number %(n)s drawn from the queue"),
    Status.OFFERED: text("A seat was offered"),
    Status.ENROLLED: text("Got a seat"),
    Status.NOT_SELECTED: text("Was not selected"),
    Status.WITHDRAWN: text("Was withdrawn"),
    Status.CANCELLED: text("The run was cancelled"),
}
_STEPS = {
    ("returned", Status.APPLIED): text("Sent the application again"),
    ("enrolled", Status.WAITLISTED): text("Went from the seat to the front of the queue, number %(n)s"),
    **{(ended, Status.APPLIED): text("Applied anew") for ended in ("not_selected", "withdrawn", "cancelled")},
}
"""By what it was before and is then."""
_REASONS = {
    (Status.ENROLLED, "promoted"): text("Got the seat that came free, as the next one in the queue"),
    (Status.ENROLLED, "accepted"): text("The offered seat was accepted"),
    (Status.ENROLLED, "selected"): text("Was selected and got a seat"),
    (Status.ENROLLED, "drawn"): text("Drew a seat"),
    (Status.WAITLISTED, EXPIRED): text("The offer ended without an answer: waits again, as number %(n)s"),
    (Status.WITHDRAWN, EXPIRED): text("The offer ended without an answer"),
    (Status.WITHDRAWN, "declined"): text("The offered seat was declined"),
    (Status.WITHDRAWN, LEFT): text("Left the organisation"),
}
"""By what it is then and the program's own reason."""
_CODES = {*(reason for _, reason in _REASONS), "capacity lowered", "by the order of the list"}
OUTCOMES = {
    Outcome.COMPLETED: text("Completed"),
    Outcome.NOT_COMPLETED: text("Not completed"),
    Outcome.NOT_REGISTERED: text("Never attended"),
    Outcome.EXPELLED: text("Expelled"),
}
"""What outcomes are called."""
_OBSTACLES = {
    "quota": text("the unit has all the seats it may have"),
    "clash": text("has a seat elsewhere at the same time"),
    "gone": text("no longer takes part"),
    "teaches": text("teaches the run"),
}
"""Why somebody was passed over: the codes of `eligibility`."""
