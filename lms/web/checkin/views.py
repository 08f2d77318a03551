from __future__ import annotations

import secrets

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from courses import clock
from courses.attendance import checkin
from courses.attendance.arriving import own_sessions
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.config import config
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, key, say, see_other
from lms.web.checkin import deciding, door, screen
from lms.web.checkin.blueprint import pages
from lms.web.checkin.forms import CodeForm
from lms.web.checkin.tries import forget_tries, may_try
from lms.web.formats import clock as on_the_clock

__all__ = ["deciding", "door", "pages", "screen"]

_DEVICE, _DEVICE_SECONDS = "device", 12 * 60 * 60


@pages.get("/check-in")
@permit(Permission.LEARN)
def index() -> str:
    """Where six digits are entered; or where the QR leads, with its code filled in, which a script then sends."""
    scanned = request.args.get("code", "")[:40]
    form = CodeForm(formdata=None, code=scanned, session=request.args.get("session", type=key))
    return _page(form, scanned=bool(scanned))


@pages.post("/check-in")
@permit(Permission.LEARN)
def enter() -> Answer:
    """Check in. Tries are counted by person; the one that succeeds forgets them."""
    form = CodeForm()
    if not form.validate():
        return _page(form), INVALID
    if not may_try(me().id):
        return _page(form, error=_("Too many wrong codes. Wait five minutes, or see the instructor")), 429
    db, actor = acting()
    device = request.cookies.get(_DEVICE) or secrets.token_hex(16)
    with again(lambda refused: _page(CodeForm(formdata=None), error=words(refused.message))):
        arrival = checkin.check_in(db, actor.id, form.code.data or "", device=device, session_id=form.session_id)
    doors.commit()
    forget_tries(actor.id)
    say(_sentence(arrival))
    return _with_device(see_other(url_for("checkin.index")), device)


def _sentence(arrival: checkin.Arrival) -> str:
    at = on_the_clock(arrival.at)
    if arrival.again:
        return _("You have been checked in since %(time)s", time=at)
    if arrival.late:
        return _("Checked in at %(time)s, %(n)s min late", time=at, n=arrival.late)
    return _("Checked in at %(time)s", time=at)


def _with_device(answer: Response, device: str) -> Response:
    """Browsers are told apart by a random number that means nothing, on this address alone, for half a day."""
    answer.set_cookie(
        _DEVICE,
        device,
        max_age=_DEVICE_SECONDS,
        path=url_for("checkin.index"),
        httponly=True,
        secure=config().secure_cookies,
        samesite="Strict",
    )
    return answer


def _page(form: CodeForm, *, error: str | None = None, scanned: bool = False) -> str:
    db = doors.looking()
    mine = own_sessions(db, me().id)
    return render_template("checkin/index.html", form=form, error=error, mine=mine, now=clock.now(), scanned=scanned)
