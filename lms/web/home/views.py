from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import teaching
from courses.attendance.teaching import Agenda
from courses.catalogue.models import Kind
from courses.certificates.queries import own
from courses.content import progress
from courses.enrolment import agenda, queries
from courses.enrolment.models import Status
from courses.people.actor import Actor
from courses.people.models import Role
from courses.permissions import Permission, may
from courses.reporting import queue
from lms.auth.guard import me, permit
from lms.db import current_organisation, session
from lms.web.approval.department import waiting_for
from lms.web.enrolment.learning import Entry, entries_of
from lms.web.home.beginning import first_steps
from lms.web.home.suggestions import suggested
from lms.web.reporting.tasks import card as task_card

pages = Blueprint("home", __name__)

_CLASSES, _CERTIFICATES = 3, 3


@pages.get("/")
@permit(Permission.LEARN)
def index() -> str:
    """What do I have to do now?"""
    db, actor, today = session(), me(), clock.today()
    ahead, _past = entries_of(queries.learning(db, actor.id), progress.of_person(db, actor.id))
    achieved, target = agenda.achieved(db, actor.id, today.year), current_organisation().target_hours * 60
    return render_template(
        "home/index.html",
        today=today,
        steps=first_steps(db, actor),
        tasks=[task_card(count) for count in queue.counts(db)] if may(actor, Permission.PLAN) else None,
        department=waiting_for(db, actor),
        teaching=_teaching(db, actor),
        classes=agenda.meetings(db, actor.id, _CLASSES),
        deciding=[one for one in ahead if one.run.status in (Status.OFFERED, Status.RETURNED)],
        waiting=[one.run for one in ahead if one.run.status is Status.WAITLISTED],
        lessons=[one for one in ahead if one.run.status is Status.ENROLLED and _is_learnt_online(one)],
        duties=agenda.duties(db, actor.id),
        achieved=achieved,
        target=target,
        share=min(100, achieved.minutes * 100 // target) if target else 0,
        certificates=own(db, actor.id)[:_CERTIFICATES],
        suggestions=suggested(db, actor),
    )


def _is_learnt_online(one: Entry) -> bool:
    return one.run.kind is Kind.CYBER or one.progress is not None


def _teaching(db: Session, actor: Actor) -> Agenda | None:
    """An instructor's own sessions; an officer's view of all of them is the page of Teaching."""
    if actor.roles.isdisjoint({Role.INSTRUCTOR, Role.TRAINER}):
        return None
    return teaching.agenda(db, actor.id)
