"""Who was told what of a run, and mail that did not get through."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select

from courses.notices import actions, queries
from courses.notices.models import Message, Notice
from courses.notices.words import headline
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.jobs.queue import later
from lms.web.answers import Answer, back_to, found, page_number, say, see_other
from lms.web.notices.blueprint import pages
from lms.web.notices.words import STATES
from lms.web.runs import run_for


@pages.get("/runs/<int:run_id>/notices")
@permit(Permission.PLAN)
def of_run(run_id: int) -> str:
    """The latest first."""
    run, db, page = run_for(Permission.PLAN, run_id), doors.session(), page_number()
    told = queries.of_run(db, run_id, page)
    return render_template(
        "notices/of_run.html",
        run=run,
        told=[(one, headline(one.kind, one.facts)) for one in told[: queries.TOLD]],
        states=STATES,
        failed=queries.failed_of_run(db, run_id),
        page=page,
        more=len(told) > queries.TOLD,
    )


@pages.post("/messages/<int:message_id>/sending")
@permit(Permission.PLAN)
def again(message_id: int) -> Answer:
    """Another try for a mail that could not be delivered."""
    db, actor = acting()
    message = found(select(Message).where(Message.id == message_id, visible(actor, Message, Permission.PLAN)))
    run_id = db.get_one(Notice, message.notice_id).run_id
    usual = url_for("notices.of_run", run_id=run_id) if run_id else url_for("notices.sent")
    address = back_to(request.form.get("back"), usual)
    actions.send_again(db, actor.id, message)
    later(db, "mail", ids=[message_id])
    doors.commit()
    say(_("It is sent once more"))
    return see_other(address)
