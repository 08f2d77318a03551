"""Mandatory courses: the list, one with who is late, making, changing and ending them, and reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment import assignments as actions
from courses.enrolment.assignments import PAGE, Listed, Standing
from courses.enrolment.models import Assignment
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Role
from courses.people.units import shown_as
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.web.answers import INVALID, Answer, again, found, here, key, page_number, say, see_other
from lms.web.assignment.blueprint import pages
from lms.web.assignment.forms import AssignmentForm, shown
from lms.web.assignment.words import renewal_of

_RUNS = 5


@dataclass(frozen=True)
class Line:
    """An assignment and how many people stand how."""

    one: Listed
    standing: Standing


@pages.get("/operations/assignments")
@permit(Permission.OVERSEE)
def index() -> str:
    """Every mandatory course with how many are done and late; heads see the numbers of their own units."""
    db, actor = doors.looking(), me()
    units, unit = _units(db, actor)
    standings = actions.standings(db, units)
    return render_template(
        "assignment/index.html",
        lines=[Line(one, standings.get(one.assignment.id, Standing())) for one in actions.listed(db)],
        everybody=actions.for_everybody(db),
        unit=unit,
        own=_own(db, actor),
        plans=may(actor, Permission.PLAN),
        renewal_of=renewal_of,
    )


@pages.get("/operations/assignments/new")
@permit(Permission.PLAN)
def making() -> str:
    """An empty form."""
    return _new(_form(empty=True))


@pages.post("/operations/assignments")
@permit(Permission.PLAN)
def make() -> Answer:
    """Another one."""
    form = _form()
    if not form.validate():
        return _new(form), INVALID
    db, actor = acting()
    with again(lambda refused: _new(form, words(refused.message))):
        assignment_id = actions.make(db, actor.id, form.wanted()).id
    doors.commit()
    say(_("The course is mandatory now"))
    return see_other(url_for("assignment.show", assignment_id=assignment_id))


@pages.get("/operations/assignments/<int:assignment_id>")
@permit(Permission.OVERSEE)
def show(assignment_id: int) -> str:
    """Who is late with it."""
    return _one(assignment_id)


@pages.post("/operations/assignments/<int:assignment_id>")
@permit(Permission.PLAN)
def change(assignment_id: int) -> Answer:
    """For others, by another day, at other intervals."""
    form = _form(is_change=True)
    if not form.validate():
        return _one(assignment_id, form), INVALID
    db, actor = acting()
    assignment = found(select(Assignment).where(Assignment.id == assignment_id))
    with again(lambda refused: _one(assignment_id, form, words(refused.message))):
        actions.change(db, actor.id, assignment, form.wanted())
    doors.commit()
    say(_("Saved"))
    return see_other(url_for("assignment.show", assignment_id=assignment_id))


@pages.post("/operations/assignments/<int:assignment_id>/end")
@permit(Permission.PLAN)
def end(assignment_id: int) -> Answer:
    """It no longer holds."""
    db, actor = acting()
    actions.end(db, actor.id, found(select(Assignment).where(Assignment.id == assignment_id)))
    doors.commit()
    say(_("The course is no longer mandatory for these people"))
    return see_other(url_for("assignment.index"))


@pages.post("/operations/assignments/<int:assignment_id>/reminders")
@permit(Permission.OVERSEE)
def remind(assignment_id: int) -> Answer:
    """Have all those told who are late, in the unit shown or in all within reach."""
    db, actor = acting()
    assignment = found(select(Assignment).where(Assignment.id == assignment_id))
    units, _chosen = _units(db, actor)
    count = actions.remind(db, actor.id, assignment, units)
    doors.commit()
    say(ngettext("One person is reminded", "%(n)s people are reminded", count))
    return see_other(url_for("assignment.show", assignment_id=assignment_id, unit=request.args.get("unit")))


def _new(form: AssignmentForm, fault: str = "") -> str:
    return render_template("assignment/making.html", form=form, fault=fault)


def _one(assignment_id: int, form: AssignmentForm | None = None, fault: str = "") -> str:
    db, actor = doors.looking(), me()
    one = next(iter(actions.listed(db, assignment_id)), None) or abort(404)
    units, unit = _units(db, actor)
    page = page_number()
    standing = actions.standings(db, units, assignment_id).get(assignment_id, Standing())
    plans = may(actor, Permission.PLAN) and one.assignment.ended_on is None
    return render_template(
        "assignment/show.html",
        one=one,
        standing=standing,
        late=actions.overdue(db, one.assignment, units, page) if standing.late else [],
        page=page,
        last=-(-standing.late // PAGE),
        page_url=lambda number: here(page=number),
        unit=unit,
        own=_own(db, actor),
        form=(form or _filled(db, one.assignment)) if plans else None,
        fault=fault,
        plans=plans,
        runs=_runs(db, one.assignment.course_id) if plans else [],
        renewal_of=renewal_of,
    )


def _units(db: Session, actor: Actor) -> tuple[list[int] | None, OrgUnit | None]:
    """The units that count (None: all), and the one asked for. A head's are the own ones."""
    unit_id = request.args.get("unit", type=key)
    if unit_id is not None:
        near = select(OrgUnit).where(OrgUnit.id == unit_id, visible(actor, OrgUnit, Permission.OVERSEE))
        unit = db.scalar(near) or abort(404)
        return [unit.id], unit
    if Role.OFFICER in actor.roles:
        return None, None
    return [unit_id for role, unit_id in actor.units if role is Role.HEAD], None


def _own(db: Session, actor: Actor) -> Sequence[Any]:
    """What one may narrow the numbers to: an officer to bureaux, a head to the own units and those right below."""
    headed = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    asked = {"today": clock.today()}
    return (
        rows(db, _BUREAUX, asked) if Role.OFFICER in actor.roles else rows(db, _NEAR, asked | {"headed": headed})
    ).all()


def _runs(db: Session, course_id: int) -> Sequence[Any]:
    """Runs of the course that people could be put into."""
    return rows(db, _OPEN_RUNS, {"course_id": course_id, "today": clock.today()}).all()


def _form(
    *, is_change: bool = False, empty: bool = False, data: dict[str, Any] | None = None, only: int | None = None
) -> AssignmentForm:
    db = doors.looking()  # a change has no other course
    found = rows(db, _OFFERED) if only is None else rows(db, _ONLY, {"course_id": only})
    courses = [(id_, title) for id_, title in found.all()]
    given: dict[str, Any] = {"formdata": None, "data": data} if empty or data else {}
    form = AssignmentForm(courses=courses, **given)
    form.is_change = is_change
    return form


def _filled(db: Session, assignment: Assignment) -> AssignmentForm:
    unit = db.get(OrgUnit, assignment.unit_id) if assignment.unit_id else None
    return _form(data=shown(assignment, shown_as(unit) if unit else ""), only=assignment.course_id)


_today, _course_id = bindparam("today", type_=Date), bindparam("course_id", type_=KEY)
_headed = bindparam("headed", type_=KEY, expanding=True)
_OPEN_UNITS = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.open_on(_today)).order_by(OrgUnit.position, OrgUnit.id)
_BUREAUX = _OPEN_UNITS.where(OrgUnit.depth == 1)
_NEAR = _OPEN_UNITS.where(OrgUnit.id.in_(_headed) | OrgUnit.parent_id.in_(_headed))
_OPEN_RUNS = (
    select(Run.id, Run.number, Run.starts_on, Run.ends_on, Run.taken, Run.capacity)
    .where(Run.course_id == _course_id, Run.state == RunState.PUBLISHED, Run.ends_on >= _today)
    .order_by(Run.starts_on, Run.id)
    .limit(_RUNS)
)
_COURSES = select(Course.id, Course.title).order_by(Course.title, Course.id)
_OFFERED = _COURSES.where(Course.draft.is_(False), Course.retired_on.is_(None))
_ONLY = _COURSES.where(Course.id == _course_id)
