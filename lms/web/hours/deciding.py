"""Learning elsewhere that waits for its head: recognised or returned, several at once."""

from __future__ import annotations

from collections.abc import Collection

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.hours import outside
from courses.hours.models import OutsideLearning
from courses.hours.outside import Waiting
from courses.hours.rules import rules
from courses.people.actor import Actor
from courses.permissions import Permission, may
from courses.text import text
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, back_to
from lms.web.hours.blueprint import pages
from lms.web.hours.words import minutes_of, plain_hours, type_name
from lms.web.several import Act, Refusals, answered, chosen, decide_within_reach, gone, reasons


@pages.get("/outside-learning")
@permit(Permission.APPROVE)
def waiting() -> str:
    """What waits for me."""
    return _page()


@pages.post("/outside-learning/recognised")
@permit(Permission.APPROVE)
def recognise() -> Answer:
    """Recognise the chosen ones; what cannot be recognised stays chosen, with the reason."""
    ids = chosen("outside", outside.MOST)
    if not ids:
        return _page(fault=_("Choose at least one report")), INVALID
    minutes = {id_: _minutes(id_) for id_ in ids}
    if wrong := [id_ for id_, said in minutes.items() if said == _NO_HOURS]:
        fault = Refused(text("Enter hours such as 3 or 1.5"), code="hours")
        return _page(refused=[(id_, fault) for id_ in wrong], ticked=ids), INVALID
    refused = _decide(
        lambda db, actor_id, some: outside.recognise(db, actor_id, {id_: minutes[id_] for id_ in some}, _seen(some)),
        ids,
    )
    done = len(ids) - len(refused)
    return _answer(ngettext("One report recognised", "%(n)s reports recognised", done), done, refused)


@pages.post("/outside-learning/returned")
@permit(Permission.APPROVE)
def return_to() -> Answer:
    """Give the chosen ones back, with a reason."""
    ids, reason = chosen("outside", outside.MOST), request.form.get("reason", "").strip()
    if not ids or not reason:
        fault = _("Choose at least one report") if reason else _("Give a reason: the person reads it")
        return _page(fault=fault, ticked=ids), INVALID
    refused = _decide(lambda db, actor_id, some: outside.return_to(db, actor_id, some, reason, _seen(some)), ids)
    done = len(ids) - len(refused)
    return _answer(ngettext("One report returned", "%(n)s reports returned", done), done, refused)


def named(db: Session, rows: Collection[Waiting]) -> dict[str, str]:
    """What the types of these are called."""
    if not rows:
        return {}
    said = rules(db, clock.today().year, 0)
    return {row.type: type_name(said, row.type) for row in rows}


def waiting_for(db: Session, actor: Actor) -> list[Waiting]:
    """What it is a head's turn to decide on, for the first screen; nothing for everybody else."""
    return outside.waiting(db, actor, doors.current_organisation(), caps=False)


_NO_HOURS = -1


def _minutes(id_: int) -> int | None:
    """What is typed beside a report; None where nothing is (all that is possible)."""
    said = request.form.get(f"hours-{id_}", "").strip()
    if not said:
        return None
    minutes = minutes_of(said)
    return _NO_HOURS if minutes is None else minutes


def _seen(ids: Collection[int]) -> dict[int, str]:
    return {id_: request.form[f"seen-{id_}"] for id_ in ids if f"seen-{id_}" in request.form}


def _decide(act: Act, ids: list[int]) -> Refusals:
    not_yours = Refused(text("This report does not wait for you"), code="not_yours")
    return decide_within_reach(act, ids, OutsideLearning, not_yours)


def _answer(said: str, done: int, refused: Refusals) -> Answer:
    return answered(_page, said, done, refused, back_to(request.form.get("back"), url_for("hours.waiting")))


def _page(
    *, said: str = "", fault: str = "", refused: Refusals | None = None, ticked: Collection[int] | None = None
) -> str:
    db, actor = doors.looking(), me()
    rows = outside.waiting(db, actor, doors.current_organisation(), everything=True)
    failed = reasons(refused)
    usual = [row.id for row in rows if not (row.at and may(actor, Permission.PLAN))]
    return render_template(
        "hours/waiting.html",
        rows=rows,
        names=named(db, rows),
        plain=plain_hours,
        said=said,
        fault=fault,
        failed=failed,
        gone=gone(failed, [row.id for row in rows]),
        chosen=set(ticked if ticked is not None else failed or usual),
        typed={row.id: request.form.get(f"hours-{row.id}", "") for row in rows} if failed else {},
    )
