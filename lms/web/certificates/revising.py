"""One certificate: what it says, what became of it, and the two things an officer may do to it."""

from __future__ import annotations

from flask import render_template, url_for
from sqlalchemy import select

from courses.certificates import queries, revisions
from courses.certificates import store as files
from courses.certificates.facts import Facts
from courses.certificates.fonts import load_fonts
from courses.certificates.models import Certificate
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, found, say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.certificates.blueprint import pages
from lms.web.certificates.forms import ReissueForm, RevocationForm
from lms.web.certificates.reading import reach
from lms.web.certificates.words import FACTS, KINDS, STATES


@pages.get("/certificates/<int:certificate_id>")
@permit(Permission.LEARN)
def show(certificate_id: int) -> str:
    """What it says and every revision of it, for its owner or an officer."""
    certificate = found(select(Certificate).where(Certificate.id == certificate_id, reach()))
    history = queries.revisions(doors.session(), certificate)
    return render_template(
        "certificates/show.html",
        entry=next(entry for entry in history if entry.id == certificate_id),
        history=history,
        own=certificate.person_id == me().id,
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
    new = revisions.reissue(db, actor.id, _officers(certificate_id), reason, verify_url(), in_latin=form.roman.data)
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
    revisions.revoke(db, actor.id, certificate, form.reason.data or "")
    doors.commit()
    say(_("%(number)s is revoked", number=certificate.facts["number"]))
    return see_other(url_for("certificates.show", certificate_id=certificate_id))


def _correction(certificate_id: int, form: ReissueForm) -> str:
    certificate = _officers(certificate_id)
    before = Facts.from_json(certificate.facts)
    one = revisions.correction(doors.looking(), certificate, verify_url(), in_latin=bool(form.roman.data))
    return render_template(
        "certificates/reissue.html",
        certificate=certificate,
        form=form,
        before=before,
        one=one,
        changes=[(FACTS[name], old, new) for name, old, new in revisions.differences(before, one.facts)],
        kinds=KINDS,
    )


def _revocation(certificate_id: int, form: RevocationForm) -> str:
    certificate = _officers(certificate_id)
    facts = Facts.from_json(certificate.facts)
    return render_template("certificates/revocation.html", certificate=certificate, form=form, facts=facts, kinds=KINDS)


def _officers(certificate_id: int) -> Certificate:
    """A certificate that an officer may change; 404 once it is not in force."""
    allowed = visible(me(), Certificate, Permission.CERTIFY)
    return found(select(Certificate).where(Certificate.id == certificate_id, queries.in_force(), allowed))
