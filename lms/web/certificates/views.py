from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response as Answer

from courses import clock
from courses.certificates import actions, queries
from courses.certificates.candidates import candidates
from courses.certificates.fonts import load_fonts
from courses.certificates.models import Certificate, CertificateState
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from courses.text import text
from lms import db as doors
from lms import throttle
from lms.auth.guard import acting, me, permit, public
from lms.i18n import _, words
from lms.web.answers import found, key, say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.files import file, table
from lms.web.runs import run_for

pages = Blueprint("certificates", __name__)

KINDS = {"completed": text("Completion certificate"), "attended": text("Attendance certificate")}
STATES = {
    CertificateState.VALID: (text("Valid"), "ok"),
    CertificateState.SUPERSEDED: (text("Replaced"), "warn"),
    CertificateState.REVOKED: (text("Revoked"), "bad"),
}
_WRONG_CODES = {"times": 30, "minutes": 10}
_VERIFY = "verify"
_NO_INDEX = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


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
    db, actor = doors.session(), me()
    reach = or_(visible(actor, Certificate), visible(actor, Certificate, Permission.CERTIFY))
    certificate = found(select(Certificate).where(Certificate.id == certificate_id, queries.in_force(), reach))
    return file(queries.printed(db, [certificate]), f"{certificate.facts['number']}.pdf", inline=True)


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
    """Issue whatever is not issued yet, note that it goes to be printed, and show the PDF of the whole run."""
    load_fonts()
    db, actor = acting()
    run = run_for(Permission.CERTIFY, run_id)
    actions.issue(db, actor.id, run, verify_url(), roman=_ticked())
    count = actions.note_printing(db, actor.id, run)
    doors.commit()
    if not count:
        say(_("There is no certificate to print"))
    return see_other(url_for("certificates.print_run" if count else "certificates.of_run", run_id=run_id))


@pages.get("/runs/<int:run_id>/certificates.pdf")
@permit(Permission.CERTIFY)
def print_run(run_id: int) -> Response:
    """Every valid certificate of a run, a page each, in the order of the numbers."""
    db = doors.session()
    run = run_for(Permission.CERTIFY, run_id)
    certificates = db.scalars(queries.valid_of_run(run_id)).all() or abort(404)
    return file(queries.printed(db, certificates), f"{_title(run)}.pdf", inline=True)


@pages.get("/runs/<int:run_id>/certificates.<string:form>")
@permit(Permission.CERTIFY)
def register_file(run_id: int, form: str) -> Response:
    """The issue register as CSV or workbook."""
    run = run_for(Permission.CERTIFY, run_id)
    return table(form, [Sheet(_("Issue register"), _headings(), _rows(run))], _title(run))


@pages.get("/verify")
@public
def verify() -> Response:
    """Type a code (and a number, if one likes); with them in the address, the answer."""
    code, number = request.args.get("code", ""), request.args.get("number", "")
    return _answer(code, number) if code else _verify_page()


@pages.get("/verify/<string:code>")
@public
def verify_code(code: str) -> Response:
    """Where the QR code leads."""
    return _answer(code, request.args.get("number", ""))


def _answer(code: str, number: str) -> Response:
    """The same words and the same work whatever it is that does not fit; wrong codes are counted by address."""
    address = request.remote_addr or ""
    if throttle.blocked(_VERIFY, address, **_WRONG_CODES):
        return _verify_page(429, code=code, number=number)
    match = queries.by_code(doors.looking(), code, number)
    if match is None:
        throttle.allowed(_VERIFY, address, **_WRONG_CODES)
        return _verify_page(404, code=code, number=number)
    facts, state = match
    return _verify_page(facts=facts, state=STATES[state], name=queries.masked(facts.name))


def _verify_page(status: int = 200, **context: Any) -> Response:
    page = render_template("certificates/verify.html", status=status, kinds=KINDS, **context)
    headers = {**_NO_INDEX, "Retry-After": "600"} if status == 429 else _NO_INDEX
    return Response(page, status, headers, mimetype="text/html")


def _headings() -> Sequence[str]:
    return [
        _("Certificate number"), _("Certificate"), _("Name"), _("Employee number"), _("Unit"), _("Course"), _("From"),
        _("Until"), _("Hours"), _("Verification code"), _("Issued at"), _("State"),
    ]  # fmt: skip


def _rows(run: Run) -> Iterator[Sequence[Cell]]:
    for entry in queries.register(doors.session(), run.id):
        facts = entry.facts
        yield [
            facts.number, words(KINDS[facts.kind]), facts.name, entry.employee_no,
            f"{facts.organisation} {facts.unit}".strip(), facts.course, facts.starts_on, facts.ends_on, facts.hours,
            facts.printed_code, clock.local(entry.issued_at), words(STATES[entry.state][0]),
        ]  # fmt: skip


def _ticked() -> set[int]:
    return set(request.form.getlist("roman", type=key))


def _title(run: Run) -> str:
    return _("Certificates %(course)s %(year)s-%(number)s", course=run.course.title, year=run.year, number=run.number)
