"""A message to everybody in a run: written, looked at, sent."""

from __future__ import annotations

from hashlib import sha256

from flask import render_template, request, url_for

from courses.enrolment.queries import seated
from courses.notices.actions import MANY, write
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, say, see_other
from lms.web.notices.blueprint import pages
from lms.web.notices.forms import WriteForm
from lms.web.runs import run_for


@pages.get("/runs/<int:run_id>/message")
@permit(Permission.PLAN)
def new(run_id: int) -> str:
    """Nothing written yet."""
    return _page(run_id, WriteForm())


@pages.post("/runs/<int:run_id>/message")
@permit(Permission.PLAN)
def send(run_id: int) -> Answer:
    """Look at it first when that is asked for, or when it goes to many; then send it."""
    form = WriteForm()
    if not form.validate():
        return _page(run_id, form), INVALID
    people = len(seated(doors.looking(), run_id))
    if "preview" in request.form or (people > MANY and request.form.get("checked") != _mark(form)):
        return _page(run_id, form, preview=True)
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    write(db, actor.id, run, form.subject.data or "", form.body.data or "")
    doors.commit()
    say(ngettext("The message goes to %(n)s person", "The message goes to %(n)s people", people))
    return see_other(url_for("notices.of_run", run_id=run_id))


def _page(run_id: int, form: WriteForm, *, preview: bool = False) -> str:
    run = run_for(Permission.PLAN, run_id)
    people = len(seated(doors.looking(), run_id))
    subject = _("%(title)s: %(subject)s", title=run.course.title, subject=form.subject.data) if preview else ""
    return render_template(
        "notices/writing.html",
        run=run,
        form=form,
        people=people,
        many=MANY,
        preview=preview,
        subject=subject,
        mark=_mark(form),
    )


def _mark(form: WriteForm) -> str:
    """The same for the same words: what was changed after it was looked at is looked at again."""
    return sha256(f"{form.subject.data}\0{form.body.data}".encode()).hexdigest()[:16]
