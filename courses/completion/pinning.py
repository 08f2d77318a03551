"""Another policy pack for a run that is published already: who flips, why, and a second person by setting."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.completion.flips import Flips, cases, flips
from courses.completion.gather import policy_of
from courses.completion.policy import Policy, packs, titled
from courses.completion.queries import preview
from courses.confirming.actions import ask
from courses.confirming.models import Confirmation
from courses.confirming.steps import step
from courses.errors import Conflict, Refused, WayOut
from courses.events.actions import record
from courses.events.facts import PolicyPinned
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.text import text

PINNING = "pinning"


def choices(run: Run) -> list[Policy]:
    """The packs a run could go by instead, by name, the newest version first: its own is not among them."""
    others = [policy for policy in packs() if policy.pin != run.policy]
    return sorted(others, key=lambda policy: (policy.name, -policy.version))


def refusal(run: Run) -> Refused | None:
    """Why the rules of this run cannot be changed now; None when they can."""
    if run.state is RunState.CLOSED:
        way = WayOut("closing", text("See the result, and reopen the run"), run.id)
        return Refused(text("The verdicts of this run are final. Reopen it first"), code="closed", way_out=way)
    if run.state is not RunState.PUBLISHED:
        way = WayOut("run", text("Look at the run"), run.id)
        return Refused(text("Only a published run has pinned rules; before, those of its course hold"), way_out=way)
    return None


def turned(db: Session, run: Run, policy: Policy) -> Flips:
    """Whose verdict, as things stand now, would be another one by this policy."""
    return flips(cases(preview(db, run).people, policy), closed=False)


def fingerprint(found: Flips) -> str:
    """Differs as soon as somebody else flips: what was looked at is what is pinned."""
    lines = sorted(f"{one.member.enrolment_id} {one.before} {one.after}" for one in found.people)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def pin(db: Session, actor_id: int, run: Run, pin: str, reason: str, *, seen: str | None = None) -> Confirmation:
    """Have the run go by another pack ("plain 1"), at once or when a second person confirms it.

    Raises `Refused` without a reason, for a run that is not published, for a pack that is not there or is the run's
    own already, `Conflict` when others flip than those that were `seen`.
    """
    run = lock_run(db, run.id)
    policy = _other(run, pin)
    _require_seen(db, run, policy, seen)
    title = f"{db.get_one(Course, run.course_id).title} · {policy.title}"
    return ask(db, actor_id, PINNING, run.id, {"pin": pin, "before": run.policy}, reason, title=title)


@step(PINNING)
def pinned(db: Session, asked: Confirmation, seen: str | None) -> None:
    """Pin it: instead of the pack that the run had when it was asked for, and with those flipping that were `seen`."""
    run = lock_run(db, asked.subject_id)
    policy = _other(run, asked.payload["pin"])
    if run.policy != asked.payload["before"]:
        raise Conflict(text("The run has got other rules since this was asked for. Decline it"), code="stale")
    _require_seen(db, run, policy, seen)
    after, before = policy.pin, policy_of(run, db.get_one(Course, run.course_id)).pin
    run.policy = after
    db.flush()
    record(db, asked.asked_by, PolicyPinned(run.id, before, after, asked.reason))


def _require_seen(db: Session, run: Run, policy: Policy, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(turned(db, run, policy)):
        raise Conflict(text("Marks or scores have changed meanwhile. Look at the list once more."), code="pinning")


def _other(run: Run, pin: str) -> Policy:
    if refused := refusal(run):
        raise refused
    policy = titled(pin)
    if policy is None:
        raise Refused(text("There is no such policy pack: %(name)s", name=pin), code="policy")
    if pin == run.policy:
        raise Refused(text("The run goes by these rules already"), code="policy")
    return policy
