"""A person's calendar feed, and the page that hands out its address."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from courses.notices import appointments, ics
from courses.people.preferences import preference, remove_calendar, renew_calendar
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, me, permit, public
from lms.config import config
from lms.i18n import _
from lms.letters import frame
from lms.web.answers import Answer, say, see_other

pages = Blueprint("calendar", __name__)


@pages.get("/calendar/<string:token>.ics")
@public
def feed(token: str) -> Answer:
    """What the owner of this secret address takes and teaches. Calendars ask again and again: mostly nothing is new."""
    db = doors.session()
    owner = appointments.owner(db, token)
    if owner is None:
        abort(404)
    g.language = owner.language  # a calendar program is no reader
    shown = frame(config(), doors.current_organisation())
    answer = Response(ics.feed(appointments.of_person(db, owner.id), shown), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


@pages.get("/my-settings/calendar")
@permit(Permission.LEARN)
def settings() -> str:
    """The own address, and how to use it."""
    key = preference(doors.session(), me().id).calendar_key
    address = f"{config().public_url}{url_for('calendar.feed', token=key)}" if key else None
    return render_template("calendar/settings.html", address=address)


@pages.post("/my-settings/calendar")
@permit(Permission.LEARN)
def renew() -> Answer:
    """Another address; the one before, if there was one, shows nothing any more."""
    db, actor = acting()
    had = preference(db, actor.id).calendar_key is not None
    renew_calendar(db, actor.id, actor.id)
    doors.commit()
    if had:
        say(_("Your calendar has a new address. Put it into your calendars instead of the old one."))
    return see_other(url_for("calendar.settings"))


@pages.post("/my-settings/calendar/removal")
@permit(Permission.LEARN)
def remove() -> Answer:
    """No address any more."""
    db, actor = acting()
    remove_calendar(db, actor.id, actor.id)
    doors.commit()
    say(_("The address shows nothing any more"))
    return see_other(url_for("calendar.settings"))
