"""A person's own notices, and which of them come by mail."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select

from courses.notices import actions, wordings
from courses.notices.models import Notice
from courses.notices.queries import PAGE, inbox
from courses.notices.queries import unread as count_unread
from courses.notices.words import GROUPS
from courses.people.preferences import prefer, preference
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.letters import path_of
from lms.letters import say as say_of
from lms.web.answers import INVALID, Answer, found, page_number, say, see_other
from lms.web.notices.blueprint import pages
from lms.web.notices.forms import MailForm
from lms.web.notices.words import ICONS


@pages.get("/notices")
@permit(Permission.LEARN)
def index() -> str:
    """The inbox, the latest first."""
    db, page = doors.session(), page_number()
    notices, own, named = inbox(db, me().id, page), wordings.own(db), doors.current_organisation()
    return render_template(
        "notices/index.html",
        notices=[(one, *say_of(one.kind, one.facts, own, me().name, named)) for one in notices[:PAGE]],
        icons=ICONS,
        unread=count_unread(db, me().id),
        page=page,
        more=len(notices) > PAGE,
    )


@pages.post("/notices/<int:notice_id>/reading")
@permit(Permission.LEARN)
def read(notice_id: int) -> Answer:
    """Seen; on to what it is about."""
    db, actor = acting()
    notice = found(select(Notice).where(Notice.id == notice_id, visible(actor, Notice)))
    actions.read(db, notice)
    address = path_of(notice)
    doors.commit()
    return see_other(address)


@pages.post("/notices/reading")
@permit(Permission.LEARN)
def read_all() -> Answer:
    """Everything is seen."""
    db, actor = acting()
    actions.read_all(db, actor.id)
    doors.commit()
    return see_other(url_for("notices.index"))


@pages.get("/my-settings/notices")
@permit(Permission.LEARN)
def settings() -> str:
    """Which groups come by mail, too."""
    silent = preference(doors.session(), me().id).no_mail
    return _settings(MailForm(data={"mail": [group.value for group in GROUPS if group not in silent]}))


@pages.post("/my-settings/notices")
@permit(Permission.LEARN)
def choose() -> Answer:
    """Take over what is ticked."""
    form = MailForm(request.form)
    if not form.validate():
        return _settings(form), INVALID
    db, actor = acting()
    wanted = set(form.mail.data or ())
    prefer(db, actor.id, actor.id, no_mail=[group.value for group in GROUPS if group.value not in wanted])
    doors.commit()
    say(_("Saved"))
    return see_other(url_for("notices.settings"))


def _settings(form: MailForm) -> str:
    return render_template("notices/settings.html", form=form)
