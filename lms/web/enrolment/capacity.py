"""How many seats a run has: whoever would lose one is shown first."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select

from courses.enrolment import allotment
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, found, say, see_other
from lms.web.enrolment.blueprint import pages
from lms.web.enrolment.forms import AddForm, AskedSeats, SeatsForm
from lms.web.enrolment.participants import show
from lms.web.enrolment.queues import look_again
from lms.web.runs import run_for


@pages.get("/runs/<int:run_id>/capacity")
@permit(Permission.PLAN)
def losing(run_id: int) -> Answer:
    """Whom so many seats (in the address) would move to the queue."""
    form = AskedSeats(request.args)
    if not form.validate():
        return show(run_id, AddForm(formdata=None), form), INVALID
    run = run_for(Permission.PLAN, run_id)
    people = allotment.losing_seats(doors.session(), run, form.capacity.data)
    return render_template("enrolment/capacity.html", run=run, capacity=form.capacity.data, people=people)


@pages.post("/runs/<int:run_id>/capacity")
@permit(Permission.PLAN)
def change_capacity(run_id: int) -> Answer:
    """Set it. When more people would lose their seats than were shown (`losing`), they are shown first."""
    form = SeatsForm()
    if not form.validate():
        return show(run_id, AddForm(formdata=None), form), INVALID
    db, actor = acting()
    run = found(select(Run).where(Run.id == run_id, visible(actor, Run, Permission.PLAN)))
    moved = [one.person_id for one in allotment.change_capacity(db, actor.id, run, form.capacity.data)]
    if len(moved) > (form.losing.data or 0):
        doors.release()
        return see_other(url_for("enrolment.losing", run_id=run_id, capacity=form.capacity.data))
    doors.commit()
    look_again(moved)
    said = ngettext("Saved. %(n)s person moved to the queue", "Saved. %(n)s people moved to the queue", len(moved))
    say(said if moved else _("Saved"))
    return see_other(url_for("enrolment.participants", run_id=run_id))
