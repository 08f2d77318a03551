"""Learning elsewhere that waits for its head: recognised or returned, several at once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.hours import outside
from courses.hours.models import OutsideLearning
from courses.hours.outside import Refusals, Waiting
from courses.hours.rules import rules
from courses.people.actor import Actor
from courses.permissions import Permission, may, visible
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.web.answers import CONFLICT, INVALID, Answer, back_to, key, say, see_other
from lms.web.hours.blueprint import pages
from lms.web.hours.words import minutes_of, plain_hours, type_name


@pages.get("/outside-learning")
@permit(Permission.APPROVE)
def waiting() -> str:
    """What waits for me."""
    return _page()


@pages.post("/outside-learning/recognised")
@permit(Permission.APPROVE)
def recognise() -> Answer:
    """Recognise the chosen ones; what cannot be recognised stays chosen, with the reason."""
    ids = _chosen()
    if not ids:
        return _page(fault=_("Choose at least one report")), INVALID
    minutes = {id_: _minutes(id_) for id_ in ids}
    if wrong := [id_ for id_, said in minutes.items() if said == _NO_HOURS]:
        fault = Refused(text("Enter hours such as 3 or 1.5"), code="hours")
        return _page(refused=[(id_, fault) for id_ in wrong], chosen=ids), INVALID
    refused = _decide(
        ids,
        lambda db, actor_id, some: outside.recognise(db, actor_id, {id_: minutes[id_] for id_ in some}, _seen(some)),
    )
    done = len(ids) - len(refused)
    return _answer(ngettext("One report recognised", "%(n)s reports recognised", done), done, refused)


@pages.post("/outside-learning/returned")
@permit(Permission.APPROVE)
def return_to() -> Answer:
    """Give the chosen ones back, with a reason."""
    ids, reason = _chosen(), request.form.get("reason", "").strip()
    if not ids or not reason:
        fault = _("Choose at least one report") if reason else _("Give a reason: the person reads it")
        return _page(fault=fault, chosen=ids), INVALID
    refused = _decide(ids, lambda db, actor_id, some: outside.return_to(db, actor_id, some, reason))
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


def _chosen() -> list[int]:
    return list(dict.fromkeys(request.form.getlist("outside", type=key)))[: outside.MOST]


def _decide(ids: list[int], act: Callable[[Session, int, list[int]], Refusals]) -> Refusals:
    """Act on those within reach, in one transaction; the others are refused like those that the rules refuse."""
    db, actor = acting()
    reach = visible(actor, OutsideLearning, Permission.APPROVE)
    near = set(db.scalars(select(OutsideLearning.id).where(OutsideLearning.id.in_(ids), reach)))
    refused = act(db, actor.id, [id_ for id_ in ids if id_ in near])
    doors.commit()
    not_yours = Refused(text("This report does not wait for you"), code="not_yours")
    return refused + [(id_, not_yours) for id_ in ids if id_ not in near]


def _answer(said: str, done: int, refused: Refusals) -> Answer:
    if refused:
        return _page(said=said if done else "", refused=refused), CONFLICT
    say(said)
    return see_other(back_to(request.form.get("back"), url_for("hours.waiting")))


def _page(
    *, said: str = "", fault: str = "", refused: Refusals | None = None, chosen: Collection[int] | None = None
) -> str:
    db, actor = doors.looking(), me()
    rows = outside.waiting(db, actor, doors.current_organisation(), everything=True)
    failed = {id_: words(reason.message) for id_, reason in refused or ()}
    usual = [row.id for row in rows if not (row.at and may(actor, Permission.PLAN))]
    return render_template(
        "hours/waiting.html",
        rows=rows,
        names=named(db, rows),
        plain=plain_hours,
        said=said,
        fault=fault,
        failed=failed,
        gone=list(dict.fromkeys(failed[id_] for id_ in failed.keys() - {row.id for row in rows})),
        chosen=set(chosen if chosen is not None else failed or usual),
        typed={row.id: request.form.get(f"hours-{row.id}", "") for row in rows} if failed else {},
    )
