from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import ColumnElement, select, true
from werkzeug.wrappers import Response

from courses.people.actor import Actor
from courses.permissions import Permission, may
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.jobs import queries, queue
from lms.jobs.models import OVER, Job, JobState
from lms.web.answers import found, is_fragment, page_number, say, see_other, selected
from lms.web.jobs.words import STATES, ending, name_of, reason, spoken

pages = Blueprint("jobs", __name__)

PER_PAGE = 50


@pages.get("/jobs/<int:job_id>")
@permit(Permission.LEARN)
def show(job_id: int) -> str | tuple[str, int]:
    """How far a job is, for whoever asked for it. Once it is over: what came of it, and where to go on."""
    job = found(select(Job).where(Job.id == job_id, _visible(me())))
    template = "jobs/progress.html" if is_fragment() else "jobs/show.html"
    over = job.state in OVER
    return render_template(
        template,
        job=job,
        over=over,
        title=name_of(job.name),
        state=STATES[job.state],
        line=spoken(job.line),
        reason=reason(job, whole=may(me(), Permission.ADMINISTER)),
        ending=ending(job),
    )


@pages.get("/settings/jobs")
@permit(Permission.ADMINISTER)
def index() -> str:
    """All jobs, those first that ask for something; `?state=` shows one kind."""
    db = doors.session()
    state = next(map(JobState, selected(request.args.getlist("state"), JobState)), None)
    page = page_number()
    counts = queries.counts(db)
    return render_template(
        "jobs/index.html",
        rows=queries.listed(db, state, page, PER_PAGE),
        counts=counts,
        state=state,
        page=page,
        last=-(-(counts[state] if state else sum(counts.values())) // PER_PAGE),
        waiting=queries.oldest_waiting(db),
        beat=queries.last_beat(db),
        states=STATES,
        name_of=name_of,
        spoken=spoken,
        reason=reason,
        address=lambda number: url_for("jobs.index", state=state, page=number),
    )


@pages.post("/jobs/<int:job_id>/retry")
@permit(Permission.ADMINISTER)
def retry(job_id: int) -> Response:
    """Try a failed or cancelled job again."""
    return _change(queue.retry, job_id, _("The job will be tried again."))


@pages.post("/jobs/<int:job_id>/cancellation")
@permit(Permission.ADMINISTER)
def cancel(job_id: int) -> Response:
    """Take a job back."""
    return _change(queue.cancel, job_id, _("The job is cancelled."))


def _change(change: Any, job_id: int, message: str) -> Response:
    db, _actor = acting()
    found(select(Job).where(Job.id == job_id))
    change(db, job_id)
    doors.commit()
    say(message)
    return see_other(url_for("jobs.show", job_id=job_id))


def _visible(actor: Actor) -> ColumnElement[bool]:
    return true() if may(actor, Permission.ADMINISTER) else Job.actor_id == actor.id
