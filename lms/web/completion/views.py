from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from courses.certificates.actions import issue
from courses.certificates.fonts import load_fonts
from courses.completion import actions, queries
from courses.completion.facts import FULL, Facts
from courses.completion.rules import Check, Finding
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import ngettext
from lms.web.answers import found, say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.completion.words import OUTCOMES
from lms.web.runs import run_for

pages = Blueprint("completion", __name__)

_SO_FAR = {
    Finding.COMPLETED.value: text("Enough to complete"),
    Finding.NOT_COMPLETED.value: text("Not enough to complete"),
    Finding.NOT_REGISTERED.value: text("Not attended so far"),
    Finding.UNDECIDED.value: text("Not decided yet"),
}
_RULES = {
    "attendance": text("Attendance"),
    "progress": text("Progress"),
    "score": text("Score"),
    "weights": text("Score"),
    "component": text("Least points of a part"),
}


@pages.get("/runs/<int:run_id>/closing")
@permit(Permission.CLOSE)
def show(run_id: int) -> str:
    """What is missing, and what closing would come to."""
    db = doors.session()
    run = run_for(Permission.CLOSE, run_id)
    return render_template(
        "completion/closing.html",
        run=run,
        preview=queries.preview(db, run),
        outcomes=OUTCOMES,
        closed=run.state == RunState.CLOSED,
        possible=run.state == RunState.PUBLISHED,
    )


@pages.post("/runs/<int:run_id>/closing")
@permit(Permission.CLOSE)
def close(run_id: int) -> Response:
    """Make the verdicts final; where the organisation wants it so, the certificates follow at once."""
    load_fonts()
    db, actor = acting()
    run = run_for(Permission.CLOSE, run_id)
    done = actions.close(db, actor.id, run, seen=request.form.get("seen"), anyway="anyway" in request.form)
    if organisation(db).issue_on_closing:
        issue(db, actor.id, run, verify_url())
    doors.commit()
    completed = done.counts[Outcome.COMPLETED]
    say(ngettext("Closed: %(n)s person has completed", "Closed: %(n)s people have completed", completed))
    return see_other(url_for("certificates.of_run", run_id=run_id))


@pages.get("/enrolments/<int:enrolment_id>/completion")
@permit(Permission.LEARN)
def card(enrolment_id: int) -> str:
    """Each rule with its numbers: for the person, the run's instructors and officers."""
    db, actor = doors.session(), me()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.TEACH))
    enrolment = found(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(Run.course))
        .where(Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED, reach)
    )
    run = enrolment.run
    judged = queries.card(db, enrolment, run, run.course)
    final = enrolment.outcome is not None
    return render_template(
        "completion/card.html",
        run=run,
        own=enrolment.person_id == actor.id,
        judged=judged,
        final=final,
        headline=OUTCOMES[judged.outcome][0] if final else _SO_FAR[judged.outcome],
        tone=OUTCOMES[judged.outcome][1],
        rules=_RULES,
        bar=lambda check: _bar(judged.facts, check),
    )


def _bar(facts: Facts, check: Check) -> tuple[int, int] | None:
    """How far somebody has come and how far one must, in percent of all there is; None without numbers."""
    if check.required is None or check.actual is None:
        return None
    whole = FULL
    if check.unit == "minutes":
        whole = sum(session.scheduled for session in facts.sessions) or facts.scheduled or 0
    return (100 * check.actual // whole, 100 * check.required // whole) if whole else None
