"""A person's own scores with their appeals, and the answers of who teaches."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses import clock
from courses.assessment import appeals, parts, queries, standing
from courses.assessment.models import Appeal
from courses.assessment.points import parse_points
from courses.assessment.queries import AppealRow, OwnPart
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, key, say, see_other
from lms.web.assessment.blueprint import pages
from lms.web.assessment.sheet import needed, page
from lms.web.assessment.words import KINDS, STATES, part_name
from lms.web.runs import run_for


@pages.get("/enrolments/<int:enrolment_id>/scores")
@permit(Permission.LEARN)
def own(enrolment_id: int) -> str:
    """My scores in a run, as far as they are published."""
    return _own_page(_own(enrolment_id))


@pages.post("/enrolments/<int:enrolment_id>/appeals")
@permit(Permission.LEARN)
def appeal(enrolment_id: int) -> Answer:
    """Object to one of my scores."""
    said, component_id = request.form.get("words", ""), request.form.get("component", 0, type=key)
    db, actor = acting()
    _own(enrolment_id)
    with again(lambda refused: _own_page(_own(enrolment_id), words(refused.message), (component_id, said))):
        appeals.appeal(db, actor.id, enrolment_id, component_id, said)
    doors.commit()
    say(_("Your appeal is sent. You are told when it is answered"))
    return see_other(url_for("assessment.own", enrolment_id=enrolment_id))


@pages.post("/appeals/<int:appeal_id>/answer")
@permit(Permission.TEACH)
def answer(appeal_id: int) -> Answer:
    """Keep the points, or change them, with words that the person reads."""
    db, actor = acting()
    run_id = _run_of(appeal_id)
    try:
        points = parse_points(request.form.get("points", ""))
    except ValueError:
        wrong = _("A score is a number from 0 to 100, with at most two decimals")
        return page(run_for(Permission.TEACH, run_id), error=wrong), INVALID
    with again(lambda refused: page(run_for(Permission.TEACH, run_id), error=words(refused.message))):
        appeals.answer(db, actor.id, appeal_id, request.form.get("words", ""), points)
    doors.commit()
    say(_("The appeal is answered"))
    return see_other(url_for("assessment.show", run_id=run_id, _anchor="appeals"))


def _own(enrolment_id: int) -> Enrolment:
    mine = select(Enrolment).options(joinedload(Enrolment.run).joinedload(Run.course))
    seated = Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED
    return found(mine.where(*seated, visible(me(), Enrolment)))


def _run_of(appeal_id: int) -> int:
    """404 where the person does not teach the run."""
    of_run = select(Enrolment.run_id).join(Appeal, Appeal.enrolment_id == Enrolment.id)
    return found(of_run.where(Appeal.id == appeal_id, visible(me(), Enrolment, Permission.TEACH)))


def _own_page(enrolment: Enrolment, fault: str = "", said: tuple[int, str] = (0, "")) -> str:
    db, run = doors.looking(), enrolment.run
    mine, made = queries.own(db, enrolment.id), queries.own_appeals(db, enrolment.id, run)
    days = doors.current_organisation().appeal_days
    return render_template(
        "assessment/own.html",
        run=run,
        enrolment_id=enrolment.id,
        parts=mine,
        total=_total(mine),
        needed=needed(run),
        until=_until(mine, made, run, days),
        appeals=made,
        fault=fault,
        said=said,
        longest=appeals.LONGEST,
        kinds=KINDS,
        states=STATES,
        part_name=part_name,
    )


def _total(mine: list[OwnPart]) -> int | None:
    """The weighted sum; None until every part is published and has points."""
    as_parts = [parts.Part(one.name, one.weight, id=one.id) for one in mine]
    return standing.total(as_parts, {one.id: one.points for one in mine if one.points is not None})


def _until(mine: list[OwnPart], made: list[AppealRow], run: Run, days: int) -> dict[int, date]:
    """The parts that can be appealed now, each with the last day; what holds then, `appeals.appeal` says."""
    if run.state is not RunState.PUBLISHED:
        return {}
    seen = {one.id: one.published_at for one in mine if one.published_at and one.points is not None}
    for row in made:
        if row.answered_at is None or row.made_at >= seen.get(row.component_id, row.made_at):
            seen.pop(row.component_id, None)
    last = {id_: appeals.last_day(published_at, days) for id_, published_at in seen.items()}
    return {id_: day for id_, day in last.items() if clock.today() <= day}
