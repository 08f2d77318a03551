"""What of the doors waits for a training officer: places that were asked for, and who could not show who they are."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.attendance import door, identity
from courses.attendance.models import DoorRequest, IdentityCheck
from courses.enrolment.models import Enrolment
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import again, found, say, see_other
from lms.web.checkin.blueprint import pages
from lms.web.enrolment.queues import look_again


@pages.get("/operations/door")
@permit(Permission.PLAN)
def waiting() -> str:
    """Everything that waits, each with its answers."""
    return _page()


@pages.post("/door-requests/<int:request_id>/place")
@permit(Permission.PLAN)
def grant(request_id: int) -> Response:
    """Give the place that was asked for."""
    db, actor = acting()
    asked = found(select(DoorRequest).where(DoorRequest.id == request_id))
    leaving = db.scalars(select(Enrolment.person_id).where(Enrolment.id == asked.instead_of)).all()
    with again(lambda refused: _page(words(refused.message))):
        door.grant(db, actor.id, request_id)
    doors.commit()
    look_again(leaving)
    say(_("The place is given"))
    return see_other(url_for("checkin.waiting"))


@pages.post("/door-requests/<int:request_id>/refusal")
@permit(Permission.PLAN)
def turn_down(request_id: int) -> Response:
    """Say no."""
    db, actor = acting()
    found(select(DoorRequest).where(DoorRequest.id == request_id))
    with again(lambda refused: _page(words(refused.message))):
        door.turn_down(db, actor.id, request_id, request.form.get("reason", ""))
    doors.commit()
    say(_("Turned down; the instructor sees why"))
    return see_other(url_for("checkin.waiting"))


@pages.post("/identity-checks/<int:check_id>/decision")
@permit(Permission.PLAN)
def decide(check_id: int) -> Response:
    """Expel for proxy attendance, or let the matter rest."""
    expel = request.form.get("decision") == "expel"
    db, actor = acting()
    found(select(IdentityCheck).where(IdentityCheck.id == check_id))
    with again(lambda refused: _page(words(refused.message))):
        identity.decide(db, actor.id, check_id, expel=expel, reason=request.form.get("reason", ""))
    doors.commit()
    say(_("Expelled for proxy attendance") if expel else _("The matter rests"))
    return see_other(url_for("checkin.waiting"))


@pages.post("/identity-checks/<int:check_id>/withdrawal")
@permit(Permission.PLAN)
def take_back(check_id: int) -> Response:
    """An expulsion was wrong."""
    db, actor = acting()
    found(select(IdentityCheck).where(IdentityCheck.id == check_id))
    with again(lambda refused: _page(words(refused.message))):
        identity.take_back(db, actor.id, check_id, request.form.get("reason", ""))
    doors.commit()
    say(_("The expulsion is taken back; the person is told"))
    return see_other(url_for("checkin.waiting"))


def _page(error: str | None = None) -> str:
    db = doors.looking()
    requests, checks = door.unanswered(db), identity.undecided(db)
    expelled = identity.expelled(db)
    return render_template("checkin/waiting.html", requests=requests, checks=checks, expelled=expelled, error=error)
