"""Issuing and printing a run's certificates, and one's own."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from courses.certificates import actions, queries
from courses.certificates import store as files
from courses.certificates.candidates import candidates
from courses.certificates.fonts import load_fonts
from courses.certificates.printing.queries import latest_of
from courses.certificates.waiting import of_person
from courses.permissions import Permission
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import key, say, see_other
from lms.web.certificates import ledgers
from lms.web.certificates.addresses import verify_url
from lms.web.certificates.blueprint import pages
from lms.web.certificates.printing import begin_print_run
from lms.web.certificates.words import KINDS, STATES
from lms.web.files import table
from lms.web.runs import run_for


@pages.get("/certificates")
@permit(Permission.LEARN)
def mine() -> str:
    """One's own certificates."""
    db = doors.session()
    entries, on_demand = queries.own(db, me().id), organisation(db).issue_on_demand
    found = of_person(db, me().id, verify_url())
    return render_template(
        "certificates/mine.html",
        entries=entries,
        signed=files.signed_of(db, [entry.id for entry in entries]),
        waiting=[one for one in found.candidates if on_demand or not found.runs[one.run_id].imported],
        runs=found.runs,
        on_demand=on_demand,
        kinds=KINDS,
        states=STATES,
    )


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
    """Issue whatever is not issued yet, and begin a print run of whatever was not printed yet."""
    load_fonts()
    db, actor = acting()
    run = run_for(Permission.CERTIFY, run_id)
    actions.issue(db, actor.id, run, verify_url(), roman=_ticked())
    print_job_id = begin_print_run(db, actor.id, [run_id])
    earlier = latest_of(db, run_id)
    doors.commit()
    if not print_job_id:
        say(_("Every certificate was printed already") if earlier else _("There is no certificate to print"))
    if not earlier:
        return see_other(url_for("certificates.of_run", run_id=run_id))
    return see_other(url_for("certificates.print_run", print_job_id=print_job_id or earlier))


@pages.get("/runs/<int:run_id>/certificates.<string:form>")
@permit(Permission.CERTIFY)
def register_file(run_id: int, form: str) -> Response:
    """The issue register as CSV or workbook."""
    run = run_for(Permission.CERTIFY, run_id)
    return table(form, [ledgers.issue_sheet(queries.register(doors.session(), run.id))], _title(run))


def _ticked() -> set[int]:
    return set(request.form.getlist("roman", type=key))


def _title(run: Run) -> str:
    return _("Certificates %(course)s %(year)s-%(number)s", course=run.course.title, year=run.year, number=run.number)
