"""The officer's list of runs, and the page where one is changed and published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy.orm import Session

from courses.attendance.excusing import release
from courses.attendance.queries import marked_sessions
from courses.catalogue.models import Kind
from courses.catalogue.words import KINDS
from courses.completion.gather import policy_to_pin
from courses.content.readiness import missing_for_a_run
from courses.enrolment import draws, rescheduling
from courses.enrolment.allotment import WouldUnseat, require_nobody_unseated
from courses.errors import Refused
from courses.permissions import Permission
from courses.scheduling import actions, holidays, modes, queries
from courses.scheduling.holidays import OnDaysOff
from courses.scheduling.models import Run, RunState
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import PAGE, Stage
from courses.scheduling.readiness import missing
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, again, here, is_fragment, page_number, say, see_other, selected
from lms.web.enrolment.queues import look_again
from lms.web.fields import offer
from lms.web.runs import run_for
from lms.web.scheduling import offering
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import RunForm, problems
from lms.web.scheduling.offering import Choice
from lms.web.scheduling.reading import changed_plan, form_data, kept_rules, with_another_session
from lms.web.scheduling.words import MODES, STAGES, off_name, reasons


@pages.get("/operations/runs")
@permit(Permission.PLAN)
def index() -> str:
    """All runs; with nothing chosen those that still need somebody."""
    stages = [Stage(value) for value in selected(request.args.getlist("stage"), Stage)]
    words, page = request.args.get("q", ""), page_number()
    rows = queries.runs(doors.session(), stages, words, page)
    if not rows and page > 1:
        abort(404)
    total = rows[0].total if rows else 0
    template = "scheduling/results.html" if is_fragment() else "scheduling/index.html"
    return render_template(
        template,
        rows=rows,
        total=total,
        words=words,
        chosen=stages,
        stages=STAGES,
        kinds=KINDS,
        modes=MODES,
        page=page,
        last=-(-total // PAGE),
        page_url=lambda number: here(page=number),
    )


@pages.get("/operations/runs/<int:run_id>")
@permit(Permission.PLAN)
def show(run_id: int) -> str:
    """The plan of a run, to be changed."""
    run = run_for(Permission.PLAN, run_id)
    plan = queries.plan_of(doors.session(), run)
    return _page(run, plan, RunForm(formdata=None, data=form_data(plan, run.course.kind)))


@pages.post("/operations/runs/<int:run_id>")
@permit(Permission.PLAN)
def change(run_id: int) -> Answer:
    """Save the plan; `add` in the form saves it with one more session."""
    shown = run_for(Permission.PLAN, run_id)
    before = queries.plan_of(doors.looking(), shown)
    form = RunForm(data=kept_rules(before, shown.course.kind))
    _offer(form, before)
    if not form.validate():
        return _again(run_id, form), INVALID
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    wanted = offering.applied(changed_plan(form, before, run.course))
    adds = "add" in request.form
    if adds:
        wanted = with_another_session(wanted, holidays.calendar(db))
    with again(lambda refused: _again(run_id, form, refused)):
        if not form.anyway.data:
            holidays.require_working_days(db, wanted, before)
        rescheduling.hold(db, run, wanted)
        if not form.fewer.data:
            require_nobody_unseated(db, run, wanted.capacity)
        seen, held = form.seen.data or "", marked_sessions(db, run.id)
        moved, freed = rescheduling.reschedule(db, actor.id, run, wanted, held=held, seen=seen)
        release(db, actor.id, run.id)
    doors.commit()
    look_again([*moved, *freed])
    say(_("The changes are saved") if not moved else _moved_words(len(moved)))
    anchor = f"session-{len(wanted.sessions)}" if adds else None
    return see_other(url_for("scheduling.show", run_id=run_id, _anchor=anchor))


@pages.post("/operations/runs/<int:run_id>/publication")
@permit(Permission.PLAN)
def publish(run_id: int) -> Answer:
    """Open it to everybody, under the policy pack in effect when applications open."""
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    title = run.course.title
    with again(lambda refused: _as_kept(run_id, refused)):
        policy = policy_to_pin(run, run.course).pin
        actions.publish(db, actor.id, run, policy=policy, also=missing_for_a_run(db, run.course))
        draws.announce(db, actor.id, run)
    doors.commit()
    say(_("‘%(title)s’ is published", title=title))
    return see_other(url_for("scheduling.show", run_id=run_id))


def _as_kept(run_id: int, refused: Refused) -> str:
    run = run_for(Permission.PLAN, run_id)
    plan = queries.plan_of(doors.looking(), run)
    return _page(run, plan, RunForm(formdata=None, data=form_data(plan, run.course.kind)), reasons(refused))


def _moved_words(count: int) -> str:
    return ngettext("Saved. %(n)s person moved to the queue", "Saved. %(n)s people moved to the queue", count)


def _again(run_id: int, form: RunForm, refused: Refused | None = None) -> str:
    run, db = run_for(Permission.PLAN, run_id), doors.looking()
    refusals = reasons(refused) if refused else None
    asks = {"off": isinstance(refused, OnDaysOff), "fewer": isinstance(refused, WouldUnseat)}
    offers = offering.for_refused(db, refused, run)
    return _page(run, queries.plan_of(db, run), form, refusals, **asks, offers=offers)


def _page(
    run: Run,
    plan: RunPlan,
    form: RunForm,
    refusals: list[str] | None = None,
    *,
    off: bool = False,
    fewer: bool = False,
    offers: Sequence[Choice] = (),
) -> str:
    """`off`: what was sent would be on days off, so that one may say "anyway"; `fewer`: it would take people's seats.

    `offers`: where it is free instead.
    """
    db = doors.looking()
    rooms = queries.rooms(db, _rooms_of(plan))
    _offer(form, plan, rooms)
    return render_template(
        "scheduling/show.html",
        run=run,
        plan=plan,
        form=form,
        stage=STAGES[queries.stage_of(db, run)],
        kinds=KINDS,
        mode=MODES[run.mode],
        mode_fixed=modes.is_announced(run),
        cyber=run.course.kind is Kind.CYBER,
        blended=run.course.kind is Kind.BLENDED,
        draft=run.state is RunState.DRAFT,
        editable=run.state in (RunState.DRAFT, RunState.PUBLISHED),
        lacking=missing(db, run.course, plan, missing_for_a_run(db, run.course)) if run.state is RunState.DRAFT else [],
        remarks=holidays.unknown_years(plan.starts_on, plan.ends_on),
        days_off=_days_off(db, plan),
        off=off,
        fewer=fewer,
        marked=marked_sessions(db, run.id),
        rooms={room.id: room for room in rooms},
        problems=problems(form),
        refusals=refusals or [],
        offers=offers,
        kept=offering.taken_up(),
    )


def _days_off(db: Session, plan: RunPlan) -> dict[date, str]:
    """The holidays and closed days among its days, by name."""
    office = holidays.calendar(db)
    offs = (office.day_off(session.day) for session in plan.sessions)
    return {one.day: off_name(one) for one in offs if one}


def _rooms_of(plan: RunPlan) -> set[int]:
    return {session.room_id for session in plan.sessions if session.room_id}


def _offer(form: RunForm, plan: RunPlan, rooms: Any = None) -> None:
    """What can be chosen: for a period only the run's own instructors, so that the page stays small."""
    db = doors.looking()
    named = {
        one.id: f"{one.name} · {one.of}" if one.of else one.name for one in queries.instructors(db, plan.instructor_ids)
    }
    for entry in form.teachers:
        offer(entry, named.items(), "–")
    own = [(one, named[one].partition(" · ")[0]) for one in plan.instructor_ids if one in named]
    places = [(room.id, f"{room.name} ({room.seats})") for room in rooms or queries.rooms(db, _rooms_of(plan))]
    for session in form.sessions:
        offer(session.form.room, places, _("Later"))
        for period in session.form.periods:
            offer(period.form.teacher, own, _("As for the run"))
