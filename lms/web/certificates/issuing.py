"""Issuing and printing a run's certificates, and one's own."""

from __future__ import annotations

from flask import Response, abort, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from courses.certificates import actions, queries
from courses.certificates.candidates import candidates
from courses.certificates.fonts import load_fonts
from courses.certificates.models import Certificate
from courses.permissions import Permission
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.files import store
from lms.i18n import _
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.tasks.printing import PRINTING, file_name
from lms.web.answers import found, key, say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.certificates.blueprint import pages
from lms.web.certificates.reading import reach, register_sheet, require_answered
from lms.web.certificates.words import KINDS, STATES
from lms.web.files import file, table
from lms.web.runs import run_for

MANY = 200
"""Certificates that are still drawn while the person waits."""


@pages.get("/certificates")
@permit(Permission.LEARN)
def mine() -> str:
    """One's own certificates."""
    entries = queries.own(doors.session(), me().id)
    return render_template("certificates/mine.html", entries=entries, kinds=KINDS, states=STATES)


@pages.get("/certificates/<int:certificate_id>.pdf")
@permit(Permission.LEARN)
def one(certificate_id: int) -> Response:
    """One certificate, for its owner or an officer."""
    certificate = found(select(Certificate).where(Certificate.id == certificate_id, queries.in_force(), reach()))
    require_answered(certificate)
    return file(queries.printed(doors.session(), [certificate]), f"{certificate.facts['number']}.pdf", inline=True)


@pages.get("/runs/<int:run_id>/certificates")
@permit(Permission.CERTIFY)
def of_run(run_id: int) -> str:
    """The issue register of a run, and who is still to get a certificate."""
    db = doors.session()
    run = run_for(Permission.CERTIFY, run_id)
    closed = run.state == RunState.CLOSED
    waiting = candidates(db, run, verify_url()) if closed else []
    return render_template(
        "certificates/of_run.html",
        run=run,
        closed=closed,
        entries=queries.register(db, run_id),
        ready=[one for one in waiting if not one.problems],
        left_out=[one for one in waiting if one.problems],
        kinds=KINDS,
        states=STATES,
    )


@pages.post("/runs/<int:run_id>/certificates")
@permit(Permission.CERTIFY)
def issue(run_id: int) -> Answer:
    """Issue whatever is not issued yet, note that it goes to be printed, and show the PDF of the whole run.

    Of a large run it is drawn in the background.
    """
    load_fonts()
    db, actor = acting()
    run = run_for(Permission.CERTIFY, run_id)
    title = _title(run)
    actions.issue(db, actor.id, run, verify_url(), roman=_ticked())
    count = actions.note_printing(db, actor.id, run)
    job_id = later(db, PRINTING, actor_id=actor.id, run_id=run_id, title=title) if count > MANY else None
    doors.commit()
    if job_id:
        return see_other(url_for("jobs.show", job_id=job_id))
    if not count:
        say(_("There is no certificate to print"))
    return see_other(url_for("certificates.print_run" if count else "certificates.of_run", run_id=run_id))


@pages.get("/runs/<int:run_id>/certificates.pdf")
@permit(Permission.CERTIFY)
def print_run(run_id: int) -> Answer:
    """Every valid certificate of a run, a page each, in the order of the numbers."""
    db = doors.session()
    run = run_for(Permission.CERTIFY, run_id)
    certificates = db.scalars(queries.valid_of_run(run_id)).all() or abort(404)
    if len(certificates) > MANY:
        return see_other(url_for("certificates.of_run", run_id=run_id))  # and press the button there
    return file(queries.printed(db, certificates), f"{_title(run)}.pdf", inline=True)


@pages.get("/jobs/<int:job_id>/certificates.pdf")
@permit(Permission.CERTIFY)
def print_file(job_id: int) -> Response:
    """What a job has drawn, for whoever asked for it."""
    done = (Job.name == PRINTING, Job.state == JobState.DONE, Job.actor_id == me().id)
    job = found(select(Job).where(Job.id == job_id, *done))
    try:
        content = store().content(file_name(job.id))
    except FileNotFoundError:
        abort(404)
    return file(content, f"{job.args['title']}.pdf", inline=True)


@pages.get("/runs/<int:run_id>/certificates.<string:form>")
@permit(Permission.CERTIFY)
def register_file(run_id: int, form: str) -> Response:
    """The issue register as CSV or workbook."""
    run = run_for(Permission.CERTIFY, run_id)
    return table(form, [register_sheet(queries.register(doors.session(), run.id))], _title(run))


def _ticked() -> set[int]:
    return set(request.form.getlist("roman", type=key))


def _title(run: Run) -> str:
    return _("Certificates %(course)s %(year)s-%(number)s", course=run.course.title, year=run.year, number=run.number)
