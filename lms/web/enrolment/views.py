from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Course
from courses.content.progress import of_person
from courses.db import KEY, rows
from courses.enrolment import actions, agenda, queries
from courses.enrolment.models import Enrolment, Status
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import Answer, found, say, see_other
from lms.web.catalogue.pieces import Said
from lms.web.enrolment import capacity, offers, participants, replacement
from lms.web.enrolment.answering import answer, part
from lms.web.enrolment.blueprint import pages
from lms.web.enrolment.learning import entries_of
from lms.web.enrolment.queues import look_again

__all__ = ["capacity", "offers", "pages", "participants", "replacement"]


@pages.post("/runs/<int:run_id>/enrolments")
@permit(Permission.LEARN)
def enrol(run_id: int) -> Answer:
    """Take a seat, a place in the queue, or apply, by the run's mode. Answered with the run's card as it stands now."""
    db, actor = acting()
    run = _chosen(db, actor, run_id)
    enrolment = actions.enrol(db, actor.id, run_id, actor.id, motive=request.form.get("motive", "")[:400])
    undo = _withdrawal_url(enrolment.id) if actions.may_withdraw(run, enrolment.status) else None
    doors.commit()
    return answer(run_id, _said(enrolment.status, run.title), undo)


@pages.post("/enrolments/<int:enrolment_id>/withdrawal")
@permit(Permission.LEARN)
def withdraw(enrolment_id: int) -> Answer:
    """Give up one's own seat, application, offer or place, or, as an officer and with a reason, another's."""
    db, actor = acting()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.PLAN))
    enrolment = found(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person))
        .where(Enrolment.id == enrolment_id, reach)
    )
    run_id, title, person = enrolment.run_id, enrolment.run.course.title, enrolment.person
    person_id, name = person.id, person.name
    actions.withdraw(db, actor.id, enrolment_id, reason=request.form.get("reason", "")[:400])
    doors.commit()
    look_again([person_id])
    if person_id != actor.id:
        say(_("%(name)s is withdrawn", name=name))
        return see_other(url_for("enrolment.participants", run_id=run_id))
    undo = url_for("enrolment.enrol", run_id=run_id, part=part())
    return answer(run_id, _("Withdrawn from ‘%(title)s’", title=title), undo)


@pages.get("/my-learning")
@permit(Permission.LEARN)
def mine() -> str:
    """What I am enrolled in, wait for and have behind me."""
    db, actor = doors.session(), me()
    ahead, past = entries_of(queries.learning(db, actor.id), of_person(db, actor.id))
    return render_template(
        "enrolment/mine.html", ahead=ahead, past=past, coming=next(iter(agenda.meetings(db, actor.id, limit=1)), None)
    )


def _chosen(db: Session, actor: Actor, run_id: int) -> Any:
    """The little that the answer says of a run; 404 where the person cannot see it, which is asked of drafts alone."""
    run = rows(db, _CHOSEN, {"run_id": run_id}).one_or_none() or abort(404)
    if run.state is RunState.DRAFT:
        found(select(Run.id).where(Run.id == run_id, visible(actor, Run)))
    return run


_CHOSEN = (
    select(Run.state, Run.cancel_until, Run.starts_on, Course.title)
    .join(Run.course)
    .where(Run.id == bindparam("run_id", type_=KEY))
)


def _said(status: Status, title: str) -> Said:
    if status is Status.ENROLLED:
        return _("Enrolled in ‘%(title)s’", title=title)
    if status is Status.APPLIED:
        return _("Applied for ‘%(title)s’", title=title)
    return lambda place: _("‘%(title)s’ is full. You are number %(n)s in the queue", title=title, n=place)


def _withdrawal_url(enrolment_id: int) -> str:
    return url_for("enrolment.withdraw", enrolment_id=enrolment_id, part=part())
