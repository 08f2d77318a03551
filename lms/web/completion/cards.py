"""The completion card of one person: each rule, its numbers, the rows behind them, and the way still to pass."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from courses.completion import queries
from courses.completion.advice import Way, advice
from courses.completion.facts import FULL, Facts
from courses.completion.gather import policy_of
from courses.completion.rules import Check, Finding
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession, Run
from courses.text import text
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found
from lms.web.completion.blueprint import pages
from lms.web.completion.words import OUTCOMES

_SO_FAR = {
    Finding.COMPLETED.value: text("Enough to complete"),
    Finding.NOT_COMPLETED.value: text("Not enough to complete"),
    Finding.NOT_REGISTERED.value: text("Not attended so far"),
    Finding.UNDECIDED.value: text("Not decided yet"),
}
RULES = {
    "attendance": text("Attendance"),
    "progress": text("Progress"),
    "score": text("Score"),
    "weights": text("Score"),
    "component": text("Least points of a part"),
    "checklist": text("Skills"),
}

_ONE = (
    select(Enrolment)
    .options(joinedload(Enrolment.run).joinedload(Run.course))
    .where(Enrolment.status == Status.ENROLLED)
)


@pages.get("/enrolments/<int:enrolment_id>/completion")
@permit(Permission.LEARN)
def card(enrolment_id: int) -> str:
    """For the person and the heads above, by what is published; for the run's instructors and officers, by all."""
    db, actor = doors.session(), me()
    teaching = visible(actor, Enrolment, Permission.TEACH)
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.OVERSEE), teaching)
    enrolment = found(_ONE.where(Enrolment.id == enrolment_id, reach))
    run, own = enrolment.run, enrolment.person_id == actor.id
    all_points = not own and db.scalar(select(Enrolment.id).where(Enrolment.id == enrolment_id, teaching)) is not None
    judged = queries.card(db, enrolment, run, run.course, published=not all_points)
    final = enrolment.outcome is not None
    starts = db.scalars(
        select(ClassSession.starts_at)
        .where(ClassSession.run_id == run.id)
        .order_by(ClassSession.starts_at, ClassSession.number)
    ).all()
    return render_template(
        "completion/card.html",
        run=run,
        own=own,
        judged=judged,
        final=final,
        advised=None if final else advice(policy_of(run, run.course), judged.facts),
        Way=Way,
        starts=starts if len(starts) == len(judged.facts.sessions) else [],
        headline=OUTCOMES[judged.outcome][0] if final else _SO_FAR[judged.outcome],
        tone=OUTCOMES[judged.outcome][1],
        rules=RULES,
        bar=lambda check: _bar(judged.facts, check),
    )


def _bar(facts: Facts, check: Check) -> tuple[int, int] | None:
    """How far somebody has come and how far one must, in percent of all there is; None without numbers."""
    if check.required is None or check.actual is None:
        return None
    whole = FULL
    if check.unit == "minutes":
        whole = sum(session.scheduled for session in facts.sessions) or facts.scheduled or 0
    if check.unit == "skills":
        whole = facts.skills
    return (100 * check.actual // whole, 100 * check.required // whole) if whole else None
