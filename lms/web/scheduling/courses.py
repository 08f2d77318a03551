"""The officer's list of courses, and the form of one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.catalogue import actions, queries
from courses.catalogue.actions import CoursePlan
from courses.catalogue.models import Course, Kind, Level
from courses.errors import Refused
from courses.permissions import Permission
from courses.scheduling import retitling
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import CONFLICT, INVALID, Answer, found, say, see_other
from lms.web.catalogue.words import KINDS, LEVELS
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import CourseForm
from lms.web.scheduling.words import reasons

_HOUR = 60


@pages.get("/operations/courses")
@permit(Permission.PLAN)
def courses() -> str:
    """All courses by kind."""
    words = request.args.get("q", "")
    rows = queries.courses(doors.session(), words)
    return render_template("scheduling/courses.html", rows=rows, words=words, kinds=KINDS, levels=LEVELS)


@pages.get("/operations/courses/new")
@permit(Permission.PLAN)
def new_course() -> str:
    """The empty form."""
    return _page(CourseForm(formdata=None), None)


@pages.post("/operations/courses/new")
@permit(Permission.PLAN)
def add_course() -> Answer:
    """Add it to the list."""
    form = CourseForm()
    if not form.validate():
        return _page(form, None), INVALID
    db, actor = acting()
    try:
        title = actions.add(db, actor.id, _wanted(form)).title
    except Refused as refused:
        doors.release()
        return _page(form, None, reasons(refused)[0]), CONFLICT
    doors.commit()
    say(_("‘%(title)s’ is added", title=title))
    return see_other(url_for("scheduling.courses"))


@pages.get("/operations/courses/<int:course_id>")
@permit(Permission.PLAN)
def course(course_id: int) -> str:
    """The form of a course."""
    shown = _course(course_id)
    return _page(CourseForm(formdata=None, data=_data(shown)), shown)


@pages.post("/operations/courses/<int:course_id>")
@permit(Permission.PLAN)
def change_course(course_id: int) -> Answer:
    """Save it; runs found by its title are found by the new one."""
    form = CourseForm()
    if not form.validate():
        return _page(form, _course(course_id)), INVALID
    db, actor = acting()
    changed = _course(course_id)
    try:
        retitling.change_course(db, actor.id, changed, _wanted(form))
    except Refused as refused:
        doors.release()
        return _page(form, doors.looking().get(Course, course_id), reasons(refused)[0]), CONFLICT
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("scheduling.courses"))


def _course(course_id: int) -> Course:
    return found(select(Course).options(joinedload(Course.area)).where(Course.id == course_id))


def _data(shown: Course) -> dict[str, Any]:
    return {
        "code": shown.code,
        "title": shown.title,
        "kind": shown.kind.value,
        "level": shown.level.value,
        "area": shown.area.name if shown.area else "",
        "hours": -(-shown.minutes // _HOUR),
        "capacity": shown.capacity,
        "scored": shown.scored,
        "retired": shown.retired_on is not None,
    }


def _wanted(form: CourseForm) -> CoursePlan:
    return CoursePlan(
        code=form.code.data or "",
        title=form.title.data or "",
        kind=Kind(form.kind.data),
        level=Level(form.level.data),
        hours=form.hours.data or 0,
        capacity=form.capacity.data,
        scored=bool(form.scored.data),
        area=form.area.data or "",
        retired=bool(form.retired.data),
    )


def _page(form: CourseForm, shown: Course | None, error: str | None = None) -> str:
    areas = queries.areas(doors.looking())
    return render_template("scheduling/course.html", form=form, course=shown, areas=areas, error=error)
