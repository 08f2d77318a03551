"""A new run: choose a course, say when and where, and get a draft with its sessions laid out, or open it at once."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from courses import clock
from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course, Kind
from courses.catalogue.queries import Offer, Wanted
from courses.catalogue.words import KINDS
from courses.completion.gather import policy_to_pin
from courses.content.readiness import missing_for_a_run
from courses.enrolment import draws
from courses.errors import Refused
from courses.permissions import Permission
from courses.scheduling import actions, defaults, holidays, layout, queries, series
from courses.scheduling.actions import NotReady
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import Before
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, again, found, here, is_fragment, key, page_number, say, see_other
from lms.web.fields import offer
from lms.web.scheduling import offering
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import NewBlendedForm, NewClassForm, NewCyberForm, Terms, problems
from lms.web.scheduling.reading import first_plan, rules_data
from lms.web.scheduling.words import reasons


@pages.get("/operations/runs/new")
@permit(Permission.PLAN)
def new() -> str:
    """Choose a course; with `?course=` the form, filled in as far as can be."""
    if not request.args.get("course"):
        return _choice()
    course = _course()
    return _page(course, _form(course)(formdata=None, data=_proposal(doors.looking(), course)))


def _choice() -> str:
    """The courses on offer, with a search."""
    db, page = doors.looking(), page_number()
    wanted = Wanted(words=request.args.get("q", "")[:80], offers=(Offer.OFFERED,))
    courses = catalogue.listed(db, wanted, page)
    return render_template(
        "scheduling/choices.html" if is_fragment() else "scheduling/choose.html",
        courses=courses,
        last=queries.last_days(db, [course.id for course in courses]),
        kinds=KINDS,
        words=wanted.words,
        page=page,
        last_page=-(-courses[0].total // catalogue.PAGE) if courses else 0,
        page_url=lambda number: here(page=number),
    )


def _proposal(db: Session, course: Course) -> dict[str, Any]:
    """As the last run was, about a month ahead, on the first days on which room and instructors are free."""
    office, before = holidays.calendar(db), queries.last_of(db, course.id)
    first = defaults.first_day(clock.today(), office)
    if course.kind is not Kind.CYBER:
        days = layout.lay_out(catalogue.minutes_in_class(course), first, room_id=before.room_id, office=office)
        plan = RunPlan(first, first, None, sessions=tuple(days), instructor_ids=before.instructor_ids).settled()
        first = series.first_free(db, plan, office).starts_on
    return {
        "capacity": course.capacity,
        "first": first,
        "begins": layout.BEGINS,
        "a_day": layout.A_DAY,
        "starts_on": first if course.kind is Kind.CYBER else None,
        "room": before.room_id,
        "venue": before.venue,
        "teachers": before.instructor_ids,
        **_rules(course, before),
    }


def _rules(course: Course, before: Before) -> dict[str, Any]:
    """How places were given out in the last run, else as is usual."""
    return rules_data(
        before.mode,
        course.kind,
        minimum=before.minimum,
        offer_hours=before.offer_hours,
        quota_depth=before.quota_depth,
    )


@pages.post("/operations/runs/new")
@permit(Permission.PLAN)
def create() -> Answer:
    """Plan the run, and go on to its page; with `publish` in the form it is opened, if nothing is missing."""
    course = _course()
    form = _form(course)(data=_rules(course, queries.last_of(doors.looking(), course.id)))
    _offer(form, course)
    if not form.validate():
        return _page(course, form), INVALID
    db, actor = acting()
    course = _course()
    with again(lambda refused: _page(_course(), form, refused)):
        wanted = offering.applied(first_plan(form, course, holidays.calendar(db)))
        run = actions.plan(db, actor.id, course, wanted)
        opened = "publish" in request.form and _published(db, actor.id, run, course)
    address = url_for("scheduling.show", run_id=run.id)
    title = course.title
    doors.commit()
    if opened:
        say(_("‘%(title)s’ is published", title=title))
    else:
        say(_("The draft is ready. Look through the sessions, then publish it"))
    return see_other(address)


def _published(db: Session, actor_id: int, run: Run, course: Course) -> bool:
    """Open it, unless something is missing: then it stays a draft, whose page says what."""
    policy = policy_to_pin(run, course).pin
    try:
        actions.publish(db, actor_id, run, policy=policy, also=missing_for_a_run(db, course))
        draws.announce(db, actor_id, run)
    except NotReady:
        return False
    return True


def _course() -> Course:
    course_id = request.args.get("course", 0, type=key)
    course = found(select(Course).options(selectinload(Course.subjects)).where(Course.id == course_id))
    if catalogue.offer_of(course) is not Offer.OFFERED:
        abort(404)
    return course


def _form(course: Course) -> type[Terms]:
    return {Kind.CYBER: NewCyberForm, Kind.BLENDED: NewBlendedForm}.get(course.kind, NewClassForm)


def _offer(form: Any, course: Course) -> None:
    """What can be chosen. At workplaces the own staff teaches."""
    db = doors.looking()
    if "room" in form:
        offer(form.room, ((room.id, f"{room.name} ({room.seats})") for room in queries.rooms(db)), _("Later"))
    people = queries.instructors(db, of_staff=course.kind is Kind.WORKPLACE)
    teachers = [(one.id, f"{one.name} · {one.of}" if one.of else one.name) for one in people]
    for entry in form.teachers:
        offer(entry, teachers, "–")


def _page(course: Course, form: Terms, refused: Refused | None = None) -> str:
    _offer(form, course)
    return render_template(
        "scheduling/new.html",
        course=course,
        form=form,
        cyber=course.kind is Kind.CYBER,
        workplace=course.kind is Kind.WORKPLACE,
        in_class=catalogue.minutes_in_class(course),
        lacking=missing_for_a_run(doors.looking(), course),
        problems=problems(form),
        refusals=reasons(refused) if refused else [],
        offers=offering.for_refused(doors.looking(), refused),
        kept=offering.taken_up(),
    )
