"""The room's screen with its codes, and the wall list of who is in."""

from __future__ import annotations

import segno
from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from courses import clock
from courses.attendance import checkin, codes
from courses.attendance.models import CheckInState, CheckInWindow
from courses.attendance.rules import refusal
from courses.attendance.wall import wall as wall_of
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.config import config
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, is_fragment, key, say, see_other
from lms.web.checkin.blueprint import pages, taught_session
from lms.web.checkin.forms import OpenForm

_JUDGED = {CheckInState.SEEN, CheckInState.OUT, CheckInState.NEW}


@pages.get("/sessions/<int:session_id>/check-in")
@permit(Permission.TEACH)
def wall(session_id: int) -> str:
    """Who is in, who is missing, who came late; the list renews itself."""
    return _wall(session_id, OpenForm(formdata=None))


@pages.post("/sessions/<int:session_id>/check-in")
@permit(Permission.TEACH)
def open_window(session_id: int) -> Answer:
    """Open it, or open it anew with other codes."""
    form = OpenForm()
    if not form.validate():
        return _wall(session_id, form), INVALID
    db, actor = acting()
    taught_session(session_id)
    checkin.open_window(db, actor.id, session_id, form.for_minutes)
    doors.commit()
    return _back(session_id)


@pages.post("/sessions/<int:session_id>/check-in/closing")
@permit(Permission.TEACH)
def close_window(session_id: int) -> Response:
    """No more check-ins."""
    db, actor = acting()
    taught_session(session_id)
    checkin.close_window(db, actor.id, session_id)
    doors.commit()
    return _back(session_id)


@pages.post("/sessions/<int:session_id>/check-in/confirmation")
@permit(Permission.TEACH)
def confirm(session_id: int) -> Response:
    """Marks for all those the instructor saw on the list."""
    db, actor = acting()
    taught_session(session_id)
    saved = checkin.confirm(db, actor.id, session_id, request.form.getlist("enrolment", type=key))
    doors.commit()
    say(ngettext("%(n)s mark set", "%(n)s marks set", saved.written))
    return _back(session_id)


@pages.post("/sessions/<int:session_id>/check-ins/<int:enrolment_id>")
@permit(Permission.TEACH)
def judge(session_id: int, enrolment_id: int) -> Answer:
    """Seen in the room, not there, or neither."""
    state = request.form.get("state", "")
    if state not in _JUDGED:
        raise BadRequest
    db, actor = acting()
    taught_session(session_id)
    checkin.judge(db, actor.id, session_id, enrolment_id, CheckInState(state))
    doors.commit()
    return _list(session_id) if is_fragment() else _back(session_id)


@pages.get("/sessions/<int:session_id>/check-in/screen")
@permit(Permission.TEACH)
def screen(session_id: int) -> str:
    """What the room sees: a QR and six digits, both new every half minute."""
    db, session = doors.session(), taught_session(session_id)
    window = db.get(CheckInWindow, session_id)
    now = clock.now()
    is_open = window is not None and now < window.closes_at
    shown = _codes(window) if window and is_open else {}
    seen = wall_of(db, session)
    template = "checkin/code.html" if is_fragment() else "checkin/screen.html"
    return render_template(template, session=session, run=session.run, window=window, entered=seen, **shown)


def _codes(window: CheckInWindow) -> dict[str, object]:
    now, number = clock.now(), codes.step(clock.now())
    link = codes.link(window.secret, window.session_id, number)
    address = f"{config().public_url}{url_for('checkin.index', session=window.session_id, code=link)}"
    return {
        "digits": codes.digits(window.secret, window.session_id, number),
        "qr": qr(address, _("QR code to check in")),
        "left": codes.seconds_left(now),
    }


def qr(address: str, title: str) -> Markup:
    """An address as an SVG of its own size-less square, dark on light whatever the theme, with the quiet zone."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", title=title))  # noqa: S704  # segno escapes the title


def _wall(session_id: int, form: OpenForm) -> str:
    db, session = doors.looking(), taught_session(session_id)
    if is_fragment():
        return _list(session_id)
    window = db.get(CheckInWindow, session_id)
    return render_template(
        "checkin/wall.html",
        session=session,
        run=session.run,
        window=window,
        is_open=window is not None and clock.now() < window.closes_at,
        over=clock.now() >= session.ends_at,
        wall=wall_of(db, session),
        refused=refusal(session.run.state, session.starts_at),
        form=form,
    )


def _list(session_id: int) -> str:
    session = taught_session(session_id)
    return render_template("checkin/list.html", session=session, wall=wall_of(doors.looking(), session))


def _back(session_id: int) -> Response:
    return see_other(url_for("checkin.wall", session_id=session_id))
