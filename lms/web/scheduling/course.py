"""One course: its form with the subjects; published, duplicated, retired and taken back."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from courses.catalogue import actions, queries
from courses.catalogue.actions import missing
from courses.catalogue.models import Course, Prerequisite
from courses.content.authoring import copy_lessons
from courses.people.models import OrgUnit
from courses.people.units import shown_as
from courses.permissions import Permission
from courses.scheduling import retitling
from courses.scheduling.queries import runs_of_course
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.course_forms import CourseForm, course_data, course_named
from lms.web.scheduling.forms import problems
from lms.web.scheduling.rows import is_rearranged, rearranged
from lms.web.scheduling.words import OFFERS, STAGES, reasons

_UNITS = (
    select(OrgUnit)
    .where(OrgUnit.closed_on.is_(None), OrgUnit.depth.in_((1, 2)))
    .order_by(OrgUnit.position, OrgUnit.id)
    .limit(300)
)
_COURSES = (
    select(Course.title, Course.code)
    .where(Course.retired_on.is_(None), Course.draft.is_(False))
    .order_by(Course.title, Course.id)
    .limit(300)
)
"""What lists offer while somebody types; others are found by what they are called all the same."""


@pages.get("/operations/courses/new")
@permit(Permission.PLAN)
def new_course() -> str:
    """The empty form."""
    return _page(CourseForm(formdata=None, data={"area": request.args.get("area", "")[:200]}), None)


@pages.post("/operations/courses/new")
@permit(Permission.PLAN)
def add_course() -> Answer:
    """Add it to the list; with `draft` in the form it need not be complete, and no runs are planned yet."""
    if is_rearranged(request.form):
        return _page(_rearranged(), None)
    form = CourseForm()
    if not form.validate():
        return _page(form, None), INVALID
    db, actor = acting()
    with again(lambda refused: _page(form, None, reasons(refused))):
        added = actions.add(db, actor.id, form.wanted(draft="draft" in request.form))
    title = added.title
    address = url_for("scheduling.course", course_id=added.id)
    doors.commit()
    say(_("‘%(title)s’ is added", title=title))
    return see_other(address)


@pages.get("/operations/courses/<int:course_id>")
@permit(Permission.PLAN)
def course(course_id: int) -> str:
    """The form of a course."""
    shown = _course(course_id)
    return _page(_form(shown), shown)


@pages.post("/operations/courses/<int:course_id>")
@permit(Permission.PLAN)
def change_course(course_id: int) -> Answer:
    """Save it; runs found by its title are found by the new one."""
    if is_rearranged(request.form):
        return _page(_rearranged(), _course(course_id))
    form = CourseForm()
    if not form.validate():
        return _page(form, _course(course_id)), INVALID
    db, actor = acting()
    changed = _course(course_id)
    with again(lambda refused: _page(form, _course(course_id), reasons(refused))):
        retitling.change_course(db, actor.id, changed, form.wanted())
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("scheduling.course", course_id=course_id))


@pages.post("/operations/courses/<int:course_id>/publication")
@permit(Permission.PLAN)
def publish_course(course_id: int) -> Answer:
    """From now on runs of it can be planned."""
    db, actor = acting()
    published = _course(course_id)
    title = published.title
    with again(lambda refused: _as_kept(course_id, reasons(refused))):
        actions.publish(db, actor.id, published)
    doors.commit()
    say(_("Runs of ‘%(title)s’ can be planned now", title=title))
    return see_other(url_for("scheduling.course", course_id=course_id))


@pages.post("/operations/courses/<int:course_id>/copies")
@permit(Permission.PLAN)
def copy_course(course_id: int) -> Response:
    """A draft like it, to be changed."""
    db, actor = acting()
    original = _course(course_id)
    title = _("%(title)s (copy)", title=original.title[:180])
    copied = actions.duplicate(db, actor.id, original, title)
    copy_lessons(db, actor.id, original.id, copied.id)
    address = url_for("scheduling.course", course_id=copied.id)
    doors.commit()
    say(_("This is the copy: change what is different, then publish it"))
    return see_other(address)


@pages.post("/operations/courses/<int:course_id>/retirement")
@permit(Permission.PLAN)
def retire_course(course_id: int) -> Response:
    """No new runs; the next page offers to take it back."""
    db, actor = acting()
    retired = _course(course_id)
    title = retired.title
    actions.retire(db, actor.id, retired)
    doors.commit()
    undo = url_for("scheduling.offer_course", course_id=course_id)
    say(_("‘%(title)s’ is no longer offered", title=title), undo=undo)
    return see_other(url_for("scheduling.course", course_id=course_id))


@pages.post("/operations/courses/<int:course_id>/offer")
@permit(Permission.PLAN)
def offer_course(course_id: int) -> Response:
    """Take it back."""
    db, actor = acting()
    offered = _course(course_id)
    title = offered.title
    actions.take_back(db, actor.id, offered)
    doors.commit()
    say(_("‘%(title)s’ is offered again", title=title))
    return see_other(url_for("scheduling.course", course_id=course_id))


def _course(course_id: int) -> Course:
    whole = (joinedload(Course.area), selectinload(Course.subjects))
    return found(select(Course).options(*whole).where(Course.id == course_id))


def _as_kept(course_id: int, refusals: list[str]) -> str:
    shown = _course(course_id)
    return _page(_form(shown), shown, refusals)


def _form(shown: Course) -> CourseForm:
    db = doors.looking()
    units = db.scalars(
        select(OrgUnit).where(OrgUnit.id.in_(shown.for_units)).order_by(OrgUnit.position, OrgUnit.id)
    ).all()
    before = select(Course).join(Prerequisite, Prerequisite.required_id == Course.id)
    required = db.scalars(before.where(Prerequisite.course_id == shown.id).order_by(Course.title, Course.id)).all()
    return CourseForm(formdata=None, data=course_data(shown, units, required))


def _rearranged() -> CourseForm:
    """The form with its lines of subjects as one of their buttons wants them. Nothing is saved."""
    return CourseForm(formdata=rearranged(request.form, "subjects"))


def _page(form: CourseForm, shown: Course | None, refusals: list[str] | None = None) -> str:
    db = doors.looking()
    context: dict[str, Any] = {}
    if shown:
        context = {
            "state": OFFERS[queries.offer_of(shown)],
            "offer": queries.offer_of(shown).value,
            "lacking": missing(shown),
            "runs": runs_of_course(db, shown.id),
        }
    return render_template(
        "scheduling/course.html",
        form=form,
        course=shown,
        areas=queries.areas(db),
        units=[shown_as(unit) for unit in db.scalars(_UNITS)],
        courses=[course_named(row) for row in db.execute(_COURSES)],
        stages=STAGES,
        problems=problems(form),
        refusals=refusals or [],
        **context,
    )
