from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Kind
from courses.certificates.queries import own
from courses.content import progress
from courses.enrolment import agenda, queries
from courses.enrolment.models import Status
from courses.hours import queries as hours
from courses.permissions import Permission, may
from courses.reporting import queue
from courses.workplace import signing
from lms.auth.guard import me, permit
from lms.db import current_organisation, session
from lms.web.answers import see_other
from lms.web.approval.department import waiting_for
from lms.web.attendance.today import agenda_of, comes_from_outside, sheet_of_now
from lms.web.enrolment.learning import Entry, entries_of
from lms.web.home.beginning import first_steps
from lms.web.home.suggestions import suggested
from lms.web.hours.deciding import waiting_for as reports_for
from lms.web.reporting.tasks import card as task_card

pages = Blueprint("home", __name__)

_CLASSES, _CERTIFICATES = 3, 3


@pages.get("/")
@permit(Permission.LEARN)
def index() -> str | Response:
    """What do I have to do now? Who teaches at this moment and comes from outside sees the sheet of it at once."""
    db, actor, today = session(), me(), clock.today()
    teaching = agenda_of(db, actor)
    if comes_from_outside() and (sheet := sheet_of_now(teaching)):
        return see_other(sheet)
    mine = queries.learning(db, actor.id)
    ahead, _past = entries_of(mine, progress.of_person(db, actor.id))
    department = waiting_for(db, actor)
    reports = [] if department and department.applications else reports_for(db, actor)
    return render_template(
        "home/index.html",
        today=today,
        steps=first_steps(db, actor),
        tasks=[task_card(count) for count in queue.counts(db)] if may(actor, Permission.PLAN) else None,
        department=department,
        reports=reports,
        teaching=teaching,
        classes=agenda.meetings(db, actor.id, _CLASSES),
        deciding=[one for one in ahead if one.run.status in (Status.OFFERED, Status.RETURNED)],
        waiting=[one.run for one in ahead if one.run.status is Status.WAITLISTED],
        lessons=[one for one in ahead if one.run.status is Status.ENROLLED and _is_learnt_online(one)],
        signed=signing.waiting(db, actor.id) if any(_is_trained_at_work(row) for row in mine) else 0,
        duties=agenda.duties(db, actor.id),
        reached=hours.standing(db, actor.id, today.year, current_organisation().target_hours),
        certificates=own(db, actor.id)[:_CERTIFICATES],
        suggestions=suggested(db, actor),
    )


def _is_trained_at_work(row: queries.Learning) -> bool:
    """Whether a coach may have signed a skill that the person still has to confirm."""
    return row.kind is Kind.WORKPLACE and row.status is Status.ENROLLED and row.outcome is None


def _is_learnt_online(one: Entry) -> bool:
    return one.run.kind is Kind.CYBER or one.progress is not None
