from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request, url_for
from sqlalchemy import ColumnElement, select, true
from werkzeug.wrappers import Response

from courses.people.actor import Actor
from courses.permissions import Permission, may
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.jobs import queries, queue
from lms.jobs.models import OVER, Job, JobState
from lms.web.answers import found, here, is_fragment, page_number, say, see_other, selected
from lms.web.formats import number
from lms.web.jobs.words import STATES, ending, name_of, reason, spoken

pages = Blueprint("jobs", __name__)

PER_PAGE = 50


@pages.get("/jobs/<int:job_id>")
@permit(Permission.LEARN)
def show(job_id: int) -> Response:
    """How far a job is, for whoever asked for it. Once it is over: what came of it, and where to go on.

    Whoever is there already, on a page that shows the job, gets that page again.
    """
    job = found(select(Job).where(Job.id == job_id, _visible(me())))
    manages = may(me(), Permission.ADMINISTER)
    ahead = ending(job) if job.actor_id == me().id else None
    page = render_template(
        "jobs/progress.html" if is_fragment() else "jobs/show.html",
        job=job,
        over=job.state in OVER,
        title=name_of(job.name),
        state=STATES[job.state],
        line=spoken(job.line),
        reason=reason(job, whole=manages),
        ending=ahead,
        manages=manages,
        fragment=is_fragment(),
    )
    answer = make_response(page)
    if is_fragment() and ahead and urlsplit(request.headers.get("HX-Current-URL", "")).path == ahead.url:
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.get("/settings/jobs")
@permit(Permission.ADMINISTER)
def index() -> str:
    """All jobs, the newest first; `?state=` shows those that wait, run, failed."""
    db = doors.session()
    state = next(map(JobState, selected(request.args.getlist("state"), JobState)), None)
    page = page_number()
    counts, beat = queries.counts(db), queries.last_beat(db)
    return render_template(
        "jobs/index.html",
        rows=queries.listed(db, state, page, PER_PAGE),
        state=state,
        page=page,
        last=-(-(counts[state] if state else sum(counts.values())) // PER_PAGE),
        waiting=queries.oldest_waiting(db),
        beat=beat,
        silent=not queries.is_heard(beat),
        tabs=[(_tab(one, counts[one]), url_for("jobs.index", state=one), one == state) for one in JobState],
        states=STATES,
        name_of=name_of,
        standing=lambda job: reason(job) or spoken(job.line) or "–",
        address=lambda number: here(page=number),
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


def _tab(state: JobState, count: int) -> str:
    return f"{words(STATES[state][0])} {number(count)}"


def _change(change: Any, job_id: int, message: str) -> Response:
    db, _actor = acting()
    found(select(Job).where(Job.id == job_id))
    change(db, job_id)
    doors.commit()
    say(message)
    return see_other(url_for("jobs.show", job_id=job_id))


def _visible(actor: Actor) -> ColumnElement[bool]:
    return true() if may(actor, Permission.ADMINISTER) else Job.actor_id == actor.id
