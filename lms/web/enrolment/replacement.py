"""Somebody comes in for somebody else on a list that is frozen."""

from __future__ import annotations

from flask import render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.enrolment import replacing
from courses.enrolment.models import Enrolment
from courses.people.queries import by_key
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.enrolment.blueprint import pages
from lms.web.enrolment.forms import ReplaceForm
from lms.web.enrolment.queues import look_again


@pages.get("/enrolments/<int:enrolment_id>/replacement")
@permit(Permission.PLAN)
def replacement(enrolment_id: int) -> str:
    """Who leaves, and who comes instead."""
    return _page(enrolment_id, ReplaceForm(formdata=None))


@pages.post("/enrolments/<int:enrolment_id>/replacement")
@permit(Permission.PLAN)
def replace(enrolment_id: int) -> Answer:
    """Give the place of one to another."""
    form = ReplaceForm()
    if not form.validate():
        return _page(enrolment_id, form), INVALID
    db, actor = acting()
    leaving = found(select(Enrolment).where(Enrolment.id == enrolment_id, visible(actor, Enrolment, Permission.PLAN)))
    run_id, leaving_person_id = leaving.run_id, leaving.person_id
    person = by_key(db, form.person.data or "")
    if person is None:
        form.person.errors = [_("Nobody has this employee number or e-mail")]
        return _page(enrolment_id, form), INVALID
    name = person.name
    with again(lambda refused: _page(enrolment_id, form, words(refused.message))):
        replacing.replace(db, actor.id, enrolment_id, person.id, form.reason.data or "")
    doors.commit()
    look_again([leaving_person_id])
    say(_("%(name)s comes instead", name=name))
    return see_other(url_for("enrolment.participants", run_id=run_id))


def _page(enrolment_id: int, form: ReplaceForm, error: str | None = None) -> str:
    with_names = joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person)
    reach = visible(me(), Enrolment, Permission.PLAN)
    one = found(select(Enrolment).options(*with_names).where(Enrolment.id == enrolment_id, reach))
    return render_template("enrolment/replacement.html", one=one, run=one.run, form=form, error=error)
