from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from courses import clock
from courses.enrolment import approvals, collecting
from courses.enrolment.approvers import Approvers
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.hours import outside, progress
from courses.permissions import Permission, may, visible
from courses.reporting import standing
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, back_to, day_or_none, found, key, say, see_other
from lms.web.approval.department import absences_of, steps_for, units_of, weeks
from lms.web.several import Act, Refusals, answered, chosen, decide_within_reach, gone, reasons

pages = Blueprint("approval", __name__)

SHOWN = 50
"""Applications on the page at once: those of the runs that start first."""


@pages.get("/our-department")
@permit(Permission.NOMINATE)
def index() -> str:
    """What waits for me, and how my people stand."""
    return _page()


@pages.post("/approvals")
@permit(Permission.APPROVE)
def approve() -> Answer:
    """Approve the chosen applications; what cannot be approved stays chosen, with the reason."""
    ids = chosen("enrolment", approvals.MOST)
    if not ids:
        return _page(fault=_("Choose at least one application")), INVALID
    refused = _decide(approvals.approve, ids)
    done = len(ids) - len(refused)
    return _answer(ngettext("One application approved", "%(n)s applications approved", done), done, refused)


@pages.post("/approvals/returned")
@permit(Permission.APPROVE)
def return_to() -> Answer:
    """Give the chosen applications back for correction, with a reason."""
    ids, reason = chosen("enrolment", approvals.MOST), request.form.get("reason", "").strip()
    if not ids or not reason:
        fault = _("Choose at least one application") if reason else _("Give a reason: the applicant reads it")
        return _page(fault=fault, ticked=ids), INVALID
    refused = _decide(lambda db, actor_id, some: approvals.return_to(db, actor_id, some, reason), ids)
    done = len(ids) - len(refused)
    return _answer(ngettext("One application returned", "%(n)s applications returned", done), done, refused)


@pages.post("/enrolments/<int:enrolment_id>/recall")
@permit(Permission.LEARN)
def recall(enrolment_id: int) -> Answer:
    """Take one's own application back."""
    db, actor = acting()
    own = found(select(Enrolment).where(Enrolment.id == enrolment_id, visible(actor, Enrolment)))
    approvals.recall(db, actor.id, own.id)
    doors.commit()
    say(_("Your application is recalled. You can apply again"))
    return see_other(back_to(request.form.get("back"), url_for("enrolment.mine")))


@pages.post("/enrolments/<int:enrolment_id>/application")
@permit(Permission.LEARN)
def reapply(enrolment_id: int) -> Answer:
    """Send one's own returned application again, with another motive."""
    db, actor = acting()
    own = found(select(Enrolment).where(Enrolment.id == enrolment_id, visible(actor, Enrolment)))
    approvals.reapply(db, actor.id, own.id, request.form.get("motive", ""))
    doors.commit()
    say(_("Your application is sent again"))
    return see_other(back_to(request.form.get("back"), url_for("enrolment.mine")))


def _decide(act: Act, ids: list[int]) -> Refusals:
    return decide_within_reach(act, ids, Enrolment, not_yours())


def not_yours() -> Refused:
    """What somebody hears of an application out of reach, whether there is one or not."""
    return Refused(text("This application does not wait for you"), code="not_yours")


def _answer(said: str, done: int, refused: Refusals) -> Answer:
    return answered(_page, said, done, refused, back_to(request.form.get("back"), url_for("approval.index")))


def _page(
    *, said: str = "", fault: str = "", refused: Refusals | None = None, ticked: Collection[int] | None = None
) -> str:
    db, actor, rules = doors.looking(), me(), doors.current_organisation()
    above = Approvers(db)
    waiting = (
        approvals.waiting(db, actor, rules, everything=True, above=above) if may(actor, Permission.APPROVE) else []
    )
    units = units_of(db, actor)
    unit = next((one for one in units if one.id == request.args.get("unit", type=key)), units[0] if units else None)
    away = absences_of(db, unit.id) if unit else None
    failed = reasons(refused)
    day = day_or_none("day")
    return render_template(
        "approval/index.html",
        said=said,
        fault=fault,
        failed=failed,
        gone=gone(failed, [row.id for row in waiting]),
        chosen=set(failed or _usual(waiting) if ticked is None else ticked),
        waiting=_first(waiting, failed),
        total=len(waiting),
        learned=len(outside.waiting(db, actor, rules, everything=True, caps=False, above=above)),
        steps=steps_for(db, actor),
        tasks=collecting.tasks(db, actor, rules),
        units=units,
        unit=unit,
        weeks=weeks(away, unit.id) if away and unit else [],
        day=day,
        away=away.who(day) if away and day else [],
        standing=standing.of_unit(db, unit.id, clock.today().year) if unit else None,
        hours=progress.summary(db, clock.today().year, unit.id, rules.target_hours) if unit else None,
    )


def _usual(waiting: list[approvals.Waiting]) -> list[int]:
    """What is chosen when the page opens: all of a head's; of a training officer's only what has no head."""
    plans = may(me(), Permission.PLAN)
    return [row.id for row in waiting if not (row.at and plans)]


def _first(waiting: list[approvals.Waiting], failed: dict[int, str]) -> list[approvals.Waiting]:
    """Those that failed stay in sight."""
    return sorted(waiting, key=lambda row: row.id not in failed)[:SHOWN]
