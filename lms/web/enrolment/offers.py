"""A seat that is offered: accepted here; declined as any place is given up."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from courses.enrolment import offering
from courses.enrolment.models import Enrolment
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import Answer, found, say, see_other
from lms.web.enrolment.answering import answer
from lms.web.enrolment.blueprint import pages


@pages.post("/enrolments/<int:enrolment_id>/acceptance")
@permit(Permission.LEARN)
def accept(enrolment_id: int) -> Answer:
    """Take the offered seat; an officer for somebody else."""
    db, actor = acting()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.PLAN))
    with_names = joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person)
    enrolment = found(select(Enrolment).options(*with_names).where(Enrolment.id == enrolment_id, reach))
    run_id, title, own, name = enrolment.run_id, enrolment.run.course.title, enrolment.person_id, enrolment.person.name
    offering.accept(db, actor.id, enrolment_id)
    doors.commit()
    if own != actor.id:
        say(_("%(name)s is enrolled", name=name))
        return see_other(url_for("enrolment.participants", run_id=run_id))
    return answer(run_id, _("Enrolled in ‘%(title)s’", title=title), None)
