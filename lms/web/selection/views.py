from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.enrolment import allotment, selection
from courses.enrolment.allocation import Share
from courses.enrolment.allotment import Quotas
from courses.enrolment.approvals import Refusals
from courses.enrolment.selection import Proposal
from courses.errors import Refused
from courses.exchange.writing import Sheet
from courses.permissions import Permission
from courses.scheduling.models import Mode, Run
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import CONFLICT, INVALID, Answer, again, here, key, page_number, say, see_other
from lms.web.errors import address
from lms.web.files import table
from lms.web.runs import run_for
from lms.web.selection.asked import BadNumber, quotas_asked
from lms.web.selection.lines import changed, failures, lines, table_rows, unit_lines

pages = Blueprint("selection", __name__)

PAGE = 200
"""Candidates on a page at once."""
_MOST = 20_000
_Act = Callable[[Session, int, int, Collection[int]], Refusals]


@pages.get("/runs/<int:run_id>/selection")
@permit(Permission.PLAN)
def show(run_id: int) -> Answer:
    """The ranked list and the quotas; with quotas in the address, what would come of them."""
    run = run_for(Permission.PLAN, run_id)
    try:
        return _page(run, tried=quotas_asked(request.args))
    except BadNumber as error:
        return _page(run, fault=_no_number(error)), INVALID


@pages.get("/runs/<int:run_id>/selection.<string:form>")
@permit(Permission.PLAN)
def show_file(run_id: int, form: str) -> Response:
    """The list as CSV or workbook."""
    run = run_for(Permission.PLAN, run_id)
    name = f"{_('Selection')} {run.course.title} {run.year}-{run.number}"
    now = selection.proposal(doors.session(), run)
    found = lines(now.people, now.allocation)
    return table(form, [Sheet(_("Selection"), *table_rows(found))], name, plain=f"selection-{run_id}")


@pages.post("/runs/<int:run_id>/selection")
@permit(Permission.PLAN)
def select(run_id: int) -> Answer:
    """`do`: select the `proposed` (and let the rest wait, or decline them); select the chosen; let the chosen wait."""
    do, chosen = request.form.get("do", ""), _ids("enrolment")
    if do == "proposed":
        return _select_proposed(run_id)
    if not chosen:
        return _page(run_for(Permission.PLAN, run_id), fault=_("Choose at least one person")), INVALID
    if do == "wait":
        return _decide(run_id, [(selection.wait, chosen)], lambda n: _("%(n)s wait now, in the order of the list", n=n))
    return _decide(run_id, [(selection.select, chosen)], lambda n: _("%(n)s selected", n=n))


@pages.post("/runs/<int:run_id>/non-selection")
@permit(Permission.PLAN)
def decline(run_id: int) -> Answer:
    """Those chosen are not selected, with the reason that they read."""
    chosen, reason = _ids("enrolment"), request.form.get("reason", "").strip()
    if not chosen or not reason:
        fault = _("Give a reason: whoever is not selected reads it") if chosen else _("Choose at least one person")
        return _page(run_for(Permission.PLAN, run_id), fault=fault, chosen=chosen), INVALID
    return _decide(run_id, [(_declining(reason), chosen)], lambda n: _("%(n)s not selected", n=n))


@pages.post("/runs/<int:run_id>/quotas")
@permit(Permission.PLAN)
def keep(run_id: int) -> Answer:
    """Hold seats for units, as the form says; units that it does not name have no quota."""
    try:
        wanted = quotas_asked(request.form) or {}
    except BadNumber as error:
        return _page(run_for(Permission.PLAN, run_id), fault=_no_number(error)), INVALID
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    with again(lambda refused: _page(run_for(Permission.PLAN, run_id), fault=words(refused.message))):
        allotment.set_quotas(db, actor.id, run, wanted)
    doors.commit()
    say(_("The quotas are set"))
    return see_other(url_for("selection.show", run_id=run_id))


def _select_proposed(run_id: int) -> Answer:
    """Those whom the page proposed when it was shown, and the others that it showed."""
    rest, reason = request.form.get("rest", ""), request.form.get("rest_reason", "").strip()
    seated, others = _ids("proposed"), _ids("others")
    steps: list[tuple[_Act, list[int]]] = [(selection.select, seated)]
    if rest == "wait" and others:
        steps.append((selection.wait, others))
    if rest == "decline" and others:
        if not reason:
            fault = _("Give a reason: whoever is not selected reads it")
            return _page(run_for(Permission.PLAN, run_id), fault=fault), INVALID
        steps.append((_declining(reason), others))
    return _decide(run_id, steps, lambda n: _("%(n)s decided on", n=n))


def _declining(reason: str) -> _Act:
    return lambda db, actor_id, run_id, ids: selection.decline(db, actor_id, run_id, ids, reason)


def _decide(run_id: int, steps: list[tuple[_Act, list[int]]], said: Callable[[int], str]) -> Answer:
    """In one transaction; what cannot be done stays in sight and chosen, with the reason, and ends the steps: what
    becomes of the rest depends on it.
    """
    db, actor = acting()
    run_for(Permission.PLAN, run_id)
    refused: Refusals = []
    done = 0
    for act, ids in steps:
        refused = act(db, actor.id, run_id, ids)
        done += len(ids) - len(refused)
        if refused:
            break
    doors.commit()
    if refused:
        return _page(run_for(Permission.PLAN, run_id), said=said(done) if done else "", refused=refused), CONFLICT
    say(said(done))
    return see_other(url_for("selection.show", run_id=run_id))


def _ids(name: str) -> list[int]:
    """The ids of a field: one a box, or all in one field with commas."""
    found = []
    for part in ",".join(request.form.getlist(name)).split(",")[:_MOST]:
        try:
            found.append(key(part))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _no_number(error: BadNumber) -> str:
    return _("‘%(typed)s’ is no number of seats. Write whole numbers, or nothing", typed=str(error))


def _page(
    run: Run,
    *,
    tried: Quotas | None = None,
    said: str = "",
    fault: str = "",
    refused: Refusals = (),  # type: ignore[assignment]  # none
    chosen: Collection[int] = (),
) -> str:
    db = doors.looking()
    failed = {id_: words(reason.message) for id_, reason in refused}
    now = selection.proposal(db, run).without(run, failed)
    quotas = {one.unit_id: (one.floor, one.cap) for one in now.held}
    shown, seated = now, dict[int, int | None]()
    try:
        held, seated = allotment.standing_under(db, run, quotas if tried is None else tried)
        if tried is not None:
            shown = now.under(run, held)
    except Refused as error:
        fault = fault or words(error.message)
    changes = changed(now.allocation, shown.allocation)
    page, closed = page_number(), selection.closed_to(run, doors.current_organisation())
    return render_template(
        "selection/show.html",
        run=run,
        selects=run.mode is Mode.SELECTION,
        closed=closed,
        closed_url=address(closed.way_out) if closed and closed.way_out else "",
        said=said,
        fault=fault,
        failed=failed,
        gone=failures(failed, now.allocation.shares.keys() | {one.id for one in now.unapproved}),
        chosen=set(failed) | set(chosen),
        units=unit_lines(db, run, shown, quotas if tried is None else tried, seated.values()),
        quotas=tried if tried is not None and not fault else None,
        changes=len(changes),
        page=page,
        last=max(1, -(-len(now.people) // PAGE)),
        page_url=lambda number: here(page=number),
        proposed=now.seated(),
        others=[id_ for id_, share in now.allocation.shares.items() if share is not Share.SEAT],
        **_listed(shown, page, failed, changes),
    )


def _listed(shown: Proposal, page: int, failed: Collection[int], changes: Collection[int]) -> dict[str, Any]:
    """One page of the list; those that could not be decided on come first."""
    first = sorted(shown.people, key=lambda one: one.candidate.id not in failed)[(page - 1) * PAGE : page * PAGE]
    shares = shown.allocation.shares
    return {
        "lines": lines(first, shown.allocation, changes),
        "total": len(shown.people),
        "cut": max((one.place for one in shown.people if shares[one.candidate.id] is Share.SEAT), default=0),
        "unapproved": shown.unapproved[:PAGE],
        "waiting_for_approval": len(shown.unapproved),
    }
