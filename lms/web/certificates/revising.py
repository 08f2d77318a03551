"""One certificate: what it says, what became of it, and the two things an officer may do to it."""

from __future__ import annotations

from datetime import date

from flask import g, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.certificates import queries, revisions
from courses.certificates import store as files
from courses.certificates.facts import Facts
from courses.certificates.fonts import load_fonts
from courses.certificates.models import Cause, Certificate
from courses.confirming.models import State
from courses.permissions import Permission, may, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, found, say, see_other
from lms.web.certificates import ledgers
from lms.web.certificates.addresses import verify_url
from lms.web.certificates.blueprint import pages
from lms.web.certificates.forms import ReissueForm, RevocationForm
from lms.web.certificates.reading import reach
from lms.web.certificates.words import CAUSES, FACTS, KINDS, STATES
from lms.web.formats import day_long
from lms.web.runs import run_for


@pages.get("/certificates/<int:certificate_id>")
@permit(Permission.LEARN)
def show(certificate_id: int) -> str:
    """What it says and every revision of it, for its owner or an officer."""
    certificate = found(select(Certificate).where(Certificate.id == certificate_id, reach()))
    own = certificate.person_id == me().id
    if not own:
        g.under = "reporting.operations"  # an officer at work, not among their own
    history = queries.revisions(doors.session(), certificate)
    return render_template(
        "certificates/show.html",
        entry=next(entry for entry in history if entry.id == certificate_id),
        history=history,
        own=own,
        way=ledgers.way,
        asked=revisions.waiting_revocation(doors.session(), certificate) if may(me(), Permission.CERTIFY) else None,
        signed=files.digest(doors.session(), certificate_id) is not None,
        kinds=KINDS,
        states=STATES,
    )


@pages.get("/certificates/<int:certificate_id>/reissue")
@permit(Permission.CERTIFY)
def correction(certificate_id: int) -> str:
    """What the next revision would say, beside what was printed."""
    return _correction(certificate_id, ReissueForm())


@pages.post("/certificates/<int:certificate_id>/reissue")
@permit(Permission.CERTIFY)
def reissue(certificate_id: int) -> Answer:
    """The same number again, marked as reissued; the certificate before it is replaced."""
    load_fonts()
    form = ReissueForm()
    if not form.validate():
        return _correction(certificate_id, form), INVALID
    db, actor = acting()
    reason = form.reason.data or ""
    old, in_latin = _officers(certificate_id), bool(form.roman.data)
    new = revisions.reissue(db, actor.id, old, reason, verify_url(), cause=_cause(), in_latin=in_latin)
    doors.commit()
    say(_("%(number)s is issued again", number=new.facts["number"]))
    return see_other(url_for("certificates.show", certificate_id=new.id))


@pages.get("/certificates/<int:certificate_id>/revocation")
@permit(Permission.CERTIFY)
def revocation(certificate_id: int) -> str:
    """What is about to be revoked, for ever."""
    return _revocation(certificate_id, RevocationForm())


@pages.post("/certificates/<int:certificate_id>/revocation")
@permit(Permission.CERTIFY)
def revoke(certificate_id: int) -> Answer:
    """The certificate is not valid any more, and says so to whoever verifies it."""
    form = RevocationForm()
    if not form.validate():
        return _revocation(certificate_id, form), INVALID
    db, actor = acting()
    certificate = _officers(certificate_id)
    asked = revisions.ask_to_revoke(db, actor.id, certificate, form.reason.data or "")
    doors.commit()
    number = certificate.facts["number"]
    if asked.state is State.ASKED:
        say(_("Somebody else has to confirm that %(number)s is revoked", number=number))
    else:
        say(_("%(number)s is revoked", number=number))
    return see_other(url_for("certificates.show", certificate_id=certificate_id))


@pages.post("/certificates/<int:certificate_id>/receipt")
@permit(Permission.CERTIFY)
def receive(certificate_id: int) -> Response:
    """Who took it, or how it was sent."""
    db, actor = acting()
    revisions.receive(db, actor.id, [_officers(certificate_id)], request.form.get("received_by", ""))
    doors.commit()
    say(_("It is written down"))
    return see_other(url_for("certificates.show", certificate_id=certificate_id))


@pages.post("/runs/<int:run_id>/certificates/receipt")
@permit(Permission.CERTIFY)
def receive_all(run_id: int) -> Response:
    """The same of all certificates in force of a run that nobody has taken yet."""
    db, actor = acting()
    run = run_for(Permission.CERTIFY, run_id)
    taken = db.scalars(queries.valid_of_run(run.id)).all()
    count = revisions.receive(db, actor.id, taken, request.form.get("received_by", ""))
    doors.commit()
    say(ngettext("%(n)s certificate was received", "%(n)s certificates were received", count))
    return see_other(url_for("certificates.of_run", run_id=run_id))


def _cause() -> Cause:
    asked = request.values.get("cause", "")
    return Cause(asked) if asked in set(Cause) else Cause.CORRECTION


def _correction(certificate_id: int, form: ReissueForm) -> str:
    certificate = _officers(certificate_id)
    before = Facts.from_json(certificate.facts)
    in_latin = bool(form.roman.data)
    one = revisions.correction(doors.looking(), certificate, verify_url(), cause=_cause(), in_latin=in_latin)
    differing = revisions.differences(before, one.facts)
    return render_template(
        "certificates/reissue.html",
        certificate=certificate,
        form=form,
        before=before,
        one=one,
        cause=_cause(),
        causes=CAUSES,
        changes=[(FACTS[name], _said(name, old), _said(name, new)) for name, old, new in differing],
        kinds=KINDS,
    )


def _said(name: str, value: str) -> str:
    """A fact as it is read: days in words."""
    return day_long(date.fromisoformat(value)) if name.endswith("_on") else value


def _revocation(certificate_id: int, form: RevocationForm) -> str:
    certificate = _officers(certificate_id)
    facts = Facts.from_json(certificate.facts)
    return render_template("certificates/revocation.html", certificate=certificate, form=form, facts=facts, kinds=KINDS)


def _officers(certificate_id: int) -> Certificate:
    """A certificate that an officer may change; 404 once it is not in force."""
    allowed = visible(me(), Certificate, Permission.CERTIFY)
    return found(select(Certificate).where(Certificate.id == certificate_id, queries.in_force(), allowed))
