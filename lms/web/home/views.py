from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import teaching
from courses.attendance.teaching import Agenda
from courses.catalogue.models import Kind
from courses.certificates.queries import own
from courses.enrolment import agenda, queries
from courses.enrolment.models import Status
from courses.people.actor import Actor
from courses.people.models import Role
from courses.permissions import Permission, may
from courses.reporting import queue
from courses.scheduling.models import ClassSession, RunInstructor
from lms.auth.guard import me, permit
from lms.db import session
from lms.web.home.suggestions import suggested
from lms.web.reporting.tasks import card as task_card

pages = Blueprint("home", __name__)

_CLASSES, _CERTIFICATES = 3, 3


@pages.get("/")
@permit(Permission.LEARN)
def index() -> str:
    """What do I have to do now?"""
    db, actor, today = session(), me(), clock.today()
    ahead = [row for row in queries.learning(db, actor.id) if queries.is_ahead(row)]
    return render_template(
        "home/index.html",
        today=today,
        tasks=[task_card(count) for count in queue.counts(db)] if may(actor, Permission.PLAN) else None,
        teaching=_teaching(db, actor),
        classes=agenda.meetings(db, actor.id, _CLASSES),
        waiting=[row for row in ahead if row.status is Status.WAITLISTED],
        cyber=[row for row in ahead if row.status is Status.ENROLLED and row.kind is Kind.CYBER],
        achieved=agenda.achieved(db, actor.id, today.year),
        certificates=own(db, actor.id)[:_CERTIFICATES],
        suggestions=suggested(db, actor),
    )


@pages.get("/help", endpoint="help")
@permit(Permission.LEARN)
def help_page() -> str:
    """What each role can do here."""
    return render_template("home/help.html")


def _teaching(db: Session, actor: Actor) -> Agenda | None:
    """An instructor's own sessions; an officer's view of all of them is the page of Teaching."""
    if Role.INSTRUCTOR not in actor.roles:
        return None
    taught = select(RunInstructor.run_id).where(RunInstructor.person_id == actor.id)
    return teaching.agenda(db, ClassSession.run_id.in_(taught))
