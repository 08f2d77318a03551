"""What grades are called on certificates in English."""

from __future__ import annotations

from flask import render_template, request, url_for

from courses.people import grades
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import Answer, again, say, see_other
from lms.web.settings.blueprint import pages


@pages.get("/settings/grades")
@permit(Permission.ADMINISTER)
def grade_names() -> str:
    """Each grade in use, and its name in English."""
    return _page(grades.in_english(doors.session()))


@pages.post("/settings/grades")
@permit(Permission.ADMINISTER)
def change_grade_names() -> Answer:
    """Call them so from now on. What was issued before stays as it was."""
    names = dict(zip(request.form.getlist("grade"), request.form.getlist("english"), strict=False))
    db, actor = acting()
    known = grades.in_use(db) | dict.fromkeys(grades.in_english(db), 0)
    with again(lambda refused: _page(names, words(refused.message))):
        grades.call(db, actor.id, {grade: name for grade, name in names.items() if grade in known})
        doors.commit()
    say(_("The settings are saved"))
    return see_other(url_for("settings.grade_names"))


def _page(names: dict[str, str], error: str = "") -> str:
    db = doors.looking()
    used = dict.fromkeys(grades.in_english(db), 0) | grades.in_use(db)
    in_order = {grade: used[grade] for grade in sorted(used, key=grades.rank)}
    return render_template("settings/grades.html", used=in_order, names=names, error=error, longest=grades.LONGEST)
