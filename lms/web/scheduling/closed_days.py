"""The year's days off: public holidays as they are known, and the organisation's own closed days."""

from __future__ import annotations

from datetime import date

from flask import render_template, url_for

from courses import clock
from courses.permissions import Permission
from courses.scheduling import holidays
from courses.scheduling.queries import sessions_on
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, say, see_other, year_or_none
from lms.web.formats import day
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import ClosedDayForm, problems
from lms.web.scheduling.words import off_name


@pages.get("/operations/closed-days")
@permit(Permission.PLAN)
def closed_days() -> str:
    """All days off of a year."""
    return _page(ClosedDayForm(formdata=None), _year())


@pages.post("/operations/closed-days")
@permit(Permission.PLAN)
def close_day() -> Answer:
    """Add one, or give it another name. Sessions on it stay; how many there are is said."""
    form = ClosedDayForm()
    if not form.validate():
        return _page(form, _year()), INVALID
    db, actor = acting()
    closed: date = form.day.data
    holidays.close_day(db, actor.id, closed, form.name.data or "")
    there = sessions_on(db, [closed]).get(closed, 0)
    doors.commit()
    said = _("%(day)s is a closed day now", day=day(closed))
    warning = ngettext("%(n)s session is planned on it", "%(n)s sessions are planned on it", there)
    say(f"{said}. {warning}" if there else said)
    return see_other(url_for("scheduling.closed_days", year=closed.year))


@pages.post("/operations/closed-days/<string:day>/removal")
@permit(Permission.PLAN)
def open_day(day: str) -> Answer:
    """A working day again."""
    try:
        opened = date.fromisoformat(day)
    except ValueError:
        return see_other(url_for("scheduling.closed_days"))
    db, actor = acting()
    holidays.open_day(db, actor.id, opened)
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("scheduling.closed_days", year=opened.year))


def _year() -> int:
    return year_or_none("year") or clock.today().year


def _page(form: ClosedDayForm, year: int) -> str:
    db = doors.looking()
    office = holidays.calendar(db)
    off = office.days_off(year)
    return render_template(
        "scheduling/closed_days.html",
        year=year,
        days=[(one, off_name(one), one.day in office.closed) for one in off],
        sessions=sessions_on(db, [one.day for one in off]),
        known=holidays.knows(year),
        form=form,
        problems=problems(form),
    )
