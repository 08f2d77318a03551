"""A verdict as of a past moment, and the bundle that proves it."""

from __future__ import annotations

from datetime import datetime

from flask import Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses import clock
from courses.completion.bundle import bundled
from courses.completion.replay import Replayed, replay
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found
from lms.web.completion.blueprint import pages
from lms.web.completion.cards import RULES
from lms.web.completion.words import OUTCOMES, told
from lms.web.settings.events import EVENTS


@pages.get("/enrolments/<int:enrolment_id>/verdict")
@permit(Permission.CLOSE)
def verdict(enrolment_id: int) -> str:
    """How the verdict stood `?at=2026-11-23T09:00` on the office's clock; now where nothing is asked."""
    enrolment, replayed = _replayed(enrolment_id)
    return render_template(
        "completion/verdict.html",
        enrolment=enrolment,
        run=enrolment.run,
        replayed=replayed,
        at=clock.local(replayed.at),
        outcomes=OUTCOMES,
        rules=RULES,
        kinds=EVENTS,
        told=told,
    )


@pages.get("/enrolments/<int:enrolment_id>/verdict.zip")
@permit(Permission.CLOSE)
def bundle(enrolment_id: int) -> Response:
    """Rules, facts, verdict and events of that moment, for `lms verdict verify`."""
    enrolment, replayed = _replayed(enrolment_id)
    run, person = enrolment.run, enrolment.person
    subject = {"enrolment": enrolment.id, "name": person.name, "employee_no": person.employee_no or ""}
    subject |= {"run": run.id, "course": run.course.title, "number": run.number, "year": run.year}
    headers = {"Content-Disposition": f'attachment; filename="verdict-{enrolment_id}.zip"'}
    return Response(bundled(replayed, subject), mimetype="application/zip", headers=headers)


def _replayed(enrolment_id: int) -> tuple[Enrolment, Replayed]:
    reach = visible(me(), Enrolment, Permission.PLAN), Enrolment.status == Status.ENROLLED
    loaded = joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person)
    enrolment = found(select(Enrolment).options(*loaded).where(Enrolment.id == enrolment_id, *reach))
    return enrolment, replay(doors.session(), enrolment, enrolment.run, enrolment.run.course, _moment())


def _moment() -> datetime:
    """The end of the minute asked for."""
    try:
        wanted = datetime.fromisoformat(request.args.get("at", ""))
        return clock.at(wanted.date(), wanted.time().replace(second=59, microsecond=999_999, tzinfo=None))
    except (ValueError, OverflowError):
        return clock.now()
