"""Addresses that show one's own certificate to others for a while: making and ending them, and what they open."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from courses.certificates import sharing, store
from courses.certificates.models import Certificate, ShareLink
from courses.certificates.queries import in_force
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit, public
from lms.config import config
from lms.i18n import _
from lms.web.answers import INVALID, found, say, see_other
from lms.web.certificates.blueprint import pages
from lms.web.certificates.delivery import delivered
from lms.web.certificates.forms import ShareForm
from lms.web.certificates.reading import require_answered

_PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-cache"}


@pages.get("/certificates/<int:certificate_id>/sharing")
@permit(Permission.LEARN)
def sharing_of(certificate_id: int) -> str:
    """The addresses that open a certificate of one's own, and the form for another."""
    return _page(certificate_id, ShareForm())


@pages.post("/certificates/<int:certificate_id>/sharing")
@permit(Permission.LEARN)
def share(certificate_id: int) -> Response | tuple[str, int]:
    """Make an address; it is on this answer and nowhere else."""
    form = ShareForm()
    if not form.validate():
        return _page(certificate_id, form), INVALID
    db, actor = acting()
    certificate = _own(certificate_id)
    require_answered(certificate)
    link, secret = sharing.share(db, actor.id, certificate, int(form.days.data))
    doors.commit()
    address = config().public_url + url_for("certificates.shared", secret=secret)
    answer = make_response(
        render_template("certificates/shared.html", certificate=certificate, link=link, address=address)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/certificates/<int:certificate_id>/sharing/<int:link_id>/ending")
@permit(Permission.LEARN)
def end_sharing(certificate_id: int, link_id: int) -> Answer:
    """From now on the address opens nothing."""
    db, actor = acting()
    certificate = _own(certificate_id)
    link = found(select(ShareLink).where(ShareLink.id == link_id, ShareLink.certificate_id == certificate.id))
    sharing.end(db, actor.id, certificate, link)
    doors.commit()
    say(_("The address opens nothing any more"))
    return see_other(url_for("certificates.sharing_of", certificate_id=certificate_id))


@pages.get("/shared/<string(maxlength=100):secret>")
@public
def shared(secret: str) -> Response:
    """The file, for whoever has the address. The same answer for every address that opens nothing."""
    certificate = sharing.shared(doors.session(), secret) or abort(404)
    response = delivered(certificate, inline=True)
    response.headers.update(_PRIVATE)
    return response


def _page(certificate_id: int, form: ShareForm) -> str:
    certificate = _own(certificate_id)
    db = doors.looking()
    return render_template(
        "certificates/sharing.html",
        certificate=certificate,
        form=form,
        links=sharing.links(db, certificate.id),
        signed=store.digest(db, certificate.id) is not None,
    )


def _own(certificate_id: int) -> Certificate:
    """One's own certificate, in force."""
    return found(select(Certificate).where(Certificate.id == certificate_id, in_force(), visible(me(), Certificate)))
