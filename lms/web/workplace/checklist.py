"""The checklist of a workplace course, written by an officer."""

from __future__ import annotations

from flask import render_template, url_for
from sqlalchemy import select

from courses.catalogue.models import Course, Kind
from courses.permissions import Permission
from courses.workplace import skills as actions
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.workplace.blueprint import pages
from lms.web.workplace.forms import SkillsForm


@pages.get("/operations/courses/<int:course_id>/skills")
@permit(Permission.PLAN)
def checklist(course_id: int) -> str:
    """The skills, a line each."""
    course = _course(course_id)
    lines = "\n".join(one.title for one in actions.checklist_of(doors.session(), course.id))
    return _page(course, SkillsForm(formdata=None, data={"lines": lines}))


@pages.post("/operations/courses/<int:course_id>/skills")
@permit(Permission.PLAN)
def set_checklist(course_id: int) -> Answer:
    """Keep them; runs that are published keep theirs."""
    form = SkillsForm()
    if not form.validate():
        return _page(_course(course_id), form), INVALID
    db, actor = acting()
    with again(lambda refused: _page(_course(course_id), form, words(refused.message))):
        actions.set_checklist(db, actor.id, _course(course_id), (form.lines.data or "").splitlines())
    doors.commit()
    say(_("The checklist is kept. Runs published from now on have it"))
    return see_other(url_for("workplace.checklist", course_id=course_id))


def _course(course_id: int) -> Course:
    return found(select(Course).where(Course.id == course_id, Course.kind == Kind.WORKPLACE))


def _page(course: Course, form: SkillsForm, refused: str = "") -> str:
    return render_template("workplace/checklist.html", course=course, form=form, refused=refused, most=actions.MOST)
