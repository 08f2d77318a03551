from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.attendance import absences, excusing
from courses.attendance.models import AbsenceRequest, ReturnReason
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.web.absences.asking import Asked, asked, days_of
from lms.web.absences.words import GROUNDS, REASONS, STATES
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.several import Refusals, answered, chosen, decide, gone, reasons

pages = Blueprint("absences", __name__)


@pages.get("/enrolments/<int:enrolment_id>/absences")
@permit(Permission.LEARN)
def own(enrolment_id: int) -> str:
    """What I have asked for in a run, and the form to ask for more."""
    return _own_page(_own(enrolment_id))


@pages.post("/enrolments/<int:enrolment_id>/absences")
@permit(Permission.LEARN)
def ask(enrolment_id: int) -> Answer:
    """Ask to be excused."""
    sent = asked()
    db, actor = acting()
    enrolment = _own(enrolment_id)
    ids = sent.ids(days_of(db, enrolment_id, enrolment.run_id))
    if sent.ground is None or not ids:
        fault = _("Choose at least one session") if not ids else _("Choose a ground")
        return _own_page(enrolment, sent, fault), INVALID
    with again(lambda refused: _own_page(_own(enrolment_id), sent, words(refused.message))):
        excusing.ask(db, actor.id, enrolment_id, ids, sent.ground, sent.number)
    doors.commit()
    say(_("Your request is sent. You are told when it is decided"))
    return see_other(url_for("absences.own", enrolment_id=enrolment_id))


@pages.post("/absences/<int:absence_id>/withdrawal")
@permit(Permission.LEARN)
def withdraw(absence_id: int) -> Answer:
    """Take my own request back."""
    db, actor = acting()
    mine = select(AbsenceRequest).join(Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
    enrolment_id = found(mine.where(AbsenceRequest.id == absence_id, visible(actor, Enrolment))).enrolment_id
    excusing.withdraw(db, actor.id, absence_id)
    doors.commit()
    say(_("The request is withdrawn"))
    return see_other(url_for("absences.own", enrolment_id=enrolment_id))


@pages.get("/operations/absences")
@permit(Permission.PLAN)
def index() -> str:
    """The requests that wait."""
    return _page()


@pages.post("/operations/absences/approval")
@permit(Permission.PLAN)
def approve() -> Answer:
    """Approve the chosen requests; what cannot be approved stays chosen, with the reason."""
    ids = chosen("request", excusing.MOST)
    if not ids:
        return _page(fault=_("Choose at least one request")), INVALID
    refused = decide(excusing.approve, ids)
    done = len(ids) - len(refused)
    return _answer(ngettext("One request approved", "%(n)s requests approved", done), done, refused)


@pages.post("/operations/absences/return")
@permit(Permission.PLAN)
def return_to() -> Answer:
    """Give the chosen requests back, with one of the reasons."""
    ids, reason = chosen("request", excusing.MOST), request.form.get("reason", "")
    if not ids or reason not in set(ReturnReason):
        fault = _("Choose at least one request") if not ids else _("Choose a reason: the person reads it")
        return _page(fault=fault, ticked=ids), INVALID
    refused = decide(lambda db, actor_id, some: excusing.return_to(db, actor_id, some, ReturnReason(reason)), ids)
    done = len(ids) - len(refused)
    return _answer(ngettext("One request returned", "%(n)s requests returned", done), done, refused)


def _own(enrolment_id: int) -> Enrolment:
    mine = select(Enrolment).options(joinedload(Enrolment.run).joinedload(Run.course))
    seated = Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED
    return found(mine.where(*seated, visible(me(), Enrolment)))


def _own_page(enrolment: Enrolment, sent: Asked | None = None, fault: str = "") -> str:
    db, run = doors.looking(), enrolment.run
    is_open = run.state is RunState.PUBLISHED
    return render_template(
        "absences/own.html",
        run=run,
        enrolment_id=enrolment.id,
        is_open=is_open,
        days=days_of(db, enrolment.id, run.id) if is_open else [],
        requests=absences.of_enrolment(db, enrolment.id),
        sent=sent,
        fault=fault,
        longest=excusing.NUMBER,
        grounds=GROUNDS,
        states=STATES,
        reasons=REASONS,
    )


def _answer(said: str, done: int, refused: Refusals) -> Answer:
    return answered(_page, said, done, refused, url_for("absences.index"))


def _page(
    *, said: str = "", fault: str = "", refused: Refusals | None = None, ticked: Collection[int] | None = None
) -> str:
    waiting = absences.waiting(doors.looking())
    failed = reasons(refused)
    usual = [one.id for one in waiting if one.person_id != me().id]
    return render_template(
        "absences/index.html",
        said=said,
        fault=fault,
        failed=failed,
        gone=gone(failed, [one.id for one in waiting]),
        chosen=set(failed or usual if ticked is None else ticked),
        waiting=waiting,
        grounds=GROUNDS,
        reasons=REASONS,
    )
