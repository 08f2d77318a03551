from __future__ import annotations

from functools import partial

from flask import render_template, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from courses.assessment.queries import news as news_of_scores
from courses.content.progress import of_person
from courses.enrolment import actions, agenda, queries
from courses.enrolment.listing import Listed
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from courses.surveys.queries import pending
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import Answer, found, say, see_other
from lms.web.enrolment import capacity, crowd, offers, participants, replacement
from lms.web.enrolment.answering import answer, part
from lms.web.enrolment.blueprint import pages
from lms.web.enrolment.learning import entries_of, may_be_asked
from lms.web.enrolment.queues import look_again

__all__ = ["capacity", "offers", "pages", "participants", "replacement"]


@pages.post("/runs/<int:run_id>/enrolments")
@permit(Permission.LEARN)
def enrol(run_id: int) -> Answer:
    """Take a seat, a place in the queue, or apply, by the run's mode. Answered with the run's card as it stands now."""
    motive = request.form.get("motive", "")[:400]
    try:
        enrolment = crowd.enrol(run_id, motive) or _enrol_alone(run_id, motive)
    except (Refused, NoResultFound):
        _require_seen(me(), run_id)
        raise
    undo = _withdrawal_url(enrolment.id) if actions.may_withdraw(enrolment.run, enrolment.status) else None
    return answer(run_id, partial(_said, enrolment.status), undo)


def _enrol_alone(run_id: int, motive: str) -> Enrolment:
    db, actor = acting()
    enrolment = actions.enrol(db, actor.id, run_id, actor.id, motive=motive)
    doors.commit()
    return enrolment


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
    found = queries.learning(db, actor.id)
    news = news_of_scores(db, [row.run_id for row in found])
    ahead, past = entries_of(found, of_person(db, actor.id), news, pending(db, may_be_asked(found)))
    return render_template(
        "enrolment/mine.html", ahead=ahead, past=past, coming=next(iter(agenda.meetings(db, actor.id, limit=1)), None)
    )


def _require_seen(actor: Actor, run_id: int) -> None:
    """404 for a run that the person cannot see (a draft): nobody learns why there is no place in it."""
    seen = or_(Run.state != RunState.DRAFT, visible(actor, Run))
    found(select(Run.id).where(Run.id == run_id, seen))


def _said(status: Status, run: Listed) -> str:
    if status is Status.ENROLLED:
        return _("Enrolled in ‘%(title)s’", title=run.title)
    if status is Status.APPLIED:
        return _("Applied for ‘%(title)s’", title=run.title)
    return _("‘%(title)s’ is full. You are number %(n)s in the queue", title=run.title, n=run.position)


def _withdrawal_url(enrolment_id: int) -> str:
    return url_for("enrolment.withdraw", enrolment_id=enrolment_id, part=part())
