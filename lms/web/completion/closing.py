"""What closing a run would come to, and closing it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.certificates.actions import issue_on_closing
from courses.certificates.fonts import load_fonts
from courses.certificates.models import Certificate
from courses.certificates.queries import valid_of_run
from courses.completion import actions, queries, reopening
from courses.completion.advice import Way, advice
from courses.completion.gather import policy_of
from courses.completion.queries import Judged
from courses.confirming.actions import waiting
from courses.enrolment.models import Outcome
from courses.permissions import Permission
from courses.scheduling.models import Run, RunState
from courses.text import Text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import ngettext
from lms.web.answers import say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.completion.blueprint import pages
from lms.web.completion.words import OUTCOMES
from lms.web.runs import run_for


@pages.get("/runs/<int:run_id>/closing")
@permit(Permission.CLOSE)
def show(run_id: int) -> str:
    """What is missing, and what closing would come to; of a closed run what it came to, and who changed."""
    db = doors.session()
    run = run_for(Permission.CLOSE, run_id)
    preview, closed = queries.preview(db, run), run.state == RunState.CLOSED
    return render_template(
        "completion/closing.html",
        run=run,
        preview=preview,
        outcomes=OUTCOMES,
        closed=closed,
        possible=run.state == RunState.PUBLISHED,
        ways={} if closed else _ways(run, preview.people),
        changes=reopening.changes(db, run, preview.people),
        unearned=unearned(db, run, preview.people) if closed else [],
        asked=waiting(db, reopening.REOPENING, run.id) if closed else None,
    )


@pages.post("/runs/<int:run_id>/closing")
@permit(Permission.CLOSE)
def close(run_id: int) -> Response:
    """Make the verdicts final; where the organisation wants it so, the certificates follow at once."""
    load_fonts()
    db, actor = acting()
    run = run_for(Permission.CLOSE, run_id)
    done = actions.close(db, actor.id, run, seen=request.form.get("seen"), anyway="anyway" in request.form)
    issue_on_closing(db, actor.id, run, verify_url())
    doors.commit()
    completed = done.counts[Outcome.COMPLETED]
    say(ngettext("Closed: %(n)s person has completed", "Closed: %(n)s people have completed", completed))
    return see_other(url_for("certificates.of_run", run_id=run_id))


def unearned(db: Session, run: Run, people: Sequence[Judged]) -> list[tuple[str, Certificate]]:
    """Names and valid certificates of those who, since the run was reopened, have not completed any more."""
    names = {one.member.person_id: one.member.name for one in people if one.outcome != Outcome.COMPLETED}
    valid = db.scalars(valid_of_run(run.id))
    return [(names[one.person_id], one) for one in valid if one.person_id in names]


def _ways(run: Run, people: Sequence[Judged]) -> dict[int, list[Text]]:
    """By enrolment: what whoever has not completed so far can still do, rule by rule."""
    policy = policy_of(run, run.course)
    found = {one.member.enrolment_id: advice(policy, one.facts) for one in people if one.member.settled is None}
    return {key: [step.message for step in one.steps] for key, one in found.items() if one.way is Way.OPEN}
