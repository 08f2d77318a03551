"""A new run: choose a course, say when and where, get a draft with its sessions laid out."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from courses import clock
from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course, Kind
from courses.errors import Refused
from courses.permissions import Permission
from courses.scheduling import actions, defaults, layout, queries
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import CONFLICT, INVALID, Answer, found, key, say, see_other
from lms.web.catalogue.words import KINDS
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import NewClassForm, NewCyberForm, Terms, offer, problems
from lms.web.scheduling.reading import first_plan
from lms.web.scheduling.words import reasons


@pages.get("/operations/runs/new")
@permit(Permission.PLAN)
def new() -> str:
    """Choose a course; with `?course=` the form, filled in as far as can be."""
    if not request.args.get("course"):
        courses = catalogue.courses(doors.looking(), retired=False)
        return render_template("scheduling/choose.html", courses=courses, kinds=KINDS)
    course = _course()
    first = defaults.first_day(clock.today())
    room_id, teachers = queries.last_of(doors.looking(), course.id)
    form = _form(course)(
        formdata=None,
        data={
            "capacity": course.capacity,
            "first": first,
            "begins": layout.BEGINS,
            "a_day": layout.A_DAY,
            "starts_on": first,
            "room": room_id,
            "teachers": teachers,
        },
    )
    return _page(course, form)


@pages.post("/operations/runs/new")
@permit(Permission.PLAN)
def create() -> Answer:
    """Plan the run, and go on to its page."""
    course = _course()
    form = _form(course)()
    _offer(form)
    if not form.validate():
        return _page(course, form), INVALID
    db, actor = acting()
    course = found(select(Course).where(Course.id == course.id))
    try:
        run_id = actions.plan(db, actor.id, course, first_plan(form, course)).id
    except Refused as refused:
        doors.release()
        return _page(_course(), form, reasons(refused)), CONFLICT
    doors.commit()
    say(_("The draft is ready. Look through the sessions, then publish it"))
    return see_other(url_for("scheduling.show", run_id=run_id))


def _course() -> Course:
    course = doors.looking().get(Course, request.args.get("course", 0, type=key))
    if course is None or course.retired_on:
        abort(404)
    return course


def _form(course: Course) -> type[Terms]:
    return NewCyberForm if course.kind is Kind.CYBER else NewClassForm


def _offer(form: Any) -> None:
    """What can be chosen."""
    db = doors.looking()
    if "room" in form:
        offer(form.room, ((room.id, f"{room.name} ({room.seats})") for room in queries.rooms(db)), _("Later"))
    teachers = [(one.id, f"{one.name} · {one.of}" if one.of else one.name) for one in queries.instructors(db)]
    for entry in form.teachers:
        offer(entry, teachers, "–")


def _page(course: Course, form: Terms, refusals: list[str] | None = None) -> str:
    _offer(form)
    return render_template(
        "scheduling/new.html",
        course=course,
        form=form,
        cyber=course.kind is Kind.CYBER,
        problems=problems(form),
        refusals=refusals or [],
    )
