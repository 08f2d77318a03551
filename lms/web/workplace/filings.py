"""What was filed: the list, one with its people, its evidence; confirmed or returned by an officer, withdrawn."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from courses.attendance.queries import roster
from courses.certificates.fonts import load_fonts
from courses.errors import Refused
from courses.permissions import Permission, may, visible
from courses.scheduling.models import ClassSession
from courses.workplace import filing as actions
from courses.workplace import filings
from courses.workplace.filings import standing_of
from courses.workplace.models import Filing
from lms import db as doors
from lms import filing as ledger
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import Answer, again, say, see_other
from lms.web.attendance.words import in_words
from lms.web.certificates.addresses import verify_url
from lms.web.enrolment.queues import look_again
from lms.web.files import from_store
from lms.web.workplace.blueprint import pages
from lms.web.workplace.units import filed
from lms.web.workplace.words import STANDINGS


@pages.get("/workplace/filings")
@permit(Permission.FILE)
def index() -> str:
    """The latest filings within reach, and the way to a new one."""
    db, actor = doors.session(), me()
    return render_template(
        "workplace/index.html",
        rows=filings.listed(db, visible(actor, Filing, Permission.FILE)),
        last=filings.last_by(db, actor.id, visible(actor, Filing, Permission.FILE)),
        standing_of=standing_of,
        standings=STANDINGS,
    )


@pages.get("/workplace/filings/<int:run_id>")
@permit(Permission.FILE)
def show(run_id: int) -> str:
    """One filing."""
    return _page(filed(run_id).run_id)


@pages.get("/workplace/filings/<int:run_id>/evidence")
@permit(Permission.FILE)
def evidence(run_id: int) -> Response:
    """The file that was sent with it. Pictures are shown, a PDF is saved."""
    filing = filed(run_id)
    return from_store(filing.evidence_sha256, filing.evidence_name)


@pages.post("/workplace/filings/<int:run_id>/confirmation")
@permit(Permission.CLOSE)
def confirm(run_id: int) -> Answer:
    """Judge everybody and close the run."""
    load_fonts()
    db, actor = acting()
    with again(lambda refused: _page(run_id, refused)):
        ledger.confirm(db, actor.id, filed(run_id), verify_url(), seen=request.form.get("seen"))
    doors.commit()
    say(_("Confirmed: it counts from now on"))
    return see_other(url_for("workplace.show", run_id=run_id))


@pages.post("/workplace/filings/<int:run_id>/return")
@permit(Permission.CLOSE)
def return_to(run_id: int) -> Answer:
    """Back to the department, with a reason."""
    db, actor = acting()
    with again(lambda refused: _page(run_id, refused)):
        actions.send_back(db, actor.id, filed(run_id), request.form.get("reason", ""))
    doors.commit()
    say(_("Returned: the department is told the reason"))
    return see_other(url_for("workplace.show", run_id=run_id))


@pages.post("/workplace/filings/<int:run_id>/withdrawal")
@permit(Permission.FILE)
def withdraw(run_id: int) -> Answer:
    """It was filed by mistake."""
    db, actor = acting()
    with again(lambda refused: _page(run_id, refused)):
        freed = actions.take_back(db, actor.id, filed(run_id))
    doors.commit()
    say(_("The filing is withdrawn"))
    look_again(freed)
    return see_other(url_for("workplace.index"))


def _page(run_id: int, refused: Refused | None = None) -> str:
    db = doors.looking()
    row = filings.one(db, run_id)
    session = db.get_one(ClassSession, row.session_id)
    standing = standing_of(row.state, row.returned_at, row.ends_at)
    return render_template(
        "workplace/show.html",
        row=row,
        people=roster(db, session),
        in_words=in_words,
        standing=standing,
        state=STANDINGS[standing],
        officer=may(me(), Permission.CLOSE),
        seen=ledger.fingerprint(db, run_id),
        refused=words(refused.message) if refused else "",
    )
