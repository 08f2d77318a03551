"""The areas of workplace training: their courses, and what took place in a year."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from sqlalchemy import select

from courses import clock
from courses.catalogue import areas as actions
from courses.catalogue.models import Area
from courses.catalogue.queries import hours_of
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission
from courses.scheduling.areas import areas_in
from courses.scheduling.areas import years as years_of
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, again, found, say, see_other, year_or_none
from lms.web.files import table
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.course_forms import AreaForm
from lms.web.scheduling.words import OFFERS, reasons


@pages.get("/operations/areas")
@permit(Permission.PLAN)
def areas() -> str:
    """Every area with its courses; the year is this one unless asked for."""
    return _page(AreaForm(formdata=None))


@pages.get("/operations/areas.<string:form>")
@permit(Permission.PLAN)
def areas_file(form: str) -> Response:
    """The same as CSV or workbook, a course a row."""
    year = _year()
    headings = [_("Area"), _("Code"), _("Title"), _("Runs"), _("Attendances"), _("Hours")]
    rows: list[list[Cell]] = [
        [one.area.name, line.course.code, line.course.title, line.runs, line.people, hours_of(line.minutes)]
        for one in areas_in(doors.session(), year)
        for line in one.lines
    ]
    title = f"{_('Workplace areas')} {year}"
    return table(form, [Sheet(title, headings, rows)], title, plain=f"areas-{year}")


@pages.post("/operations/areas")
@permit(Permission.PLAN)
def add_area() -> Answer:
    """A new one behind the others."""
    form = AreaForm()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    with again(lambda refused: _page(form, refusals=reasons(refused))):
        area_id = actions.add_area(db, actor.id, form.name.data or "").id
    doors.commit()
    say(_("‘%(title)s’ is added", title=form.name.data))
    return see_other(url_for("scheduling.areas", _anchor=f"area-{area_id}"))


@pages.post("/operations/areas/<int:area_id>")
@permit(Permission.PLAN)
def rename_area(area_id: int) -> Answer:
    """Another name for it."""
    form = AreaForm()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    with again(lambda refused: _page(AreaForm(formdata=None), refusals=reasons(refused))):
        actions.rename_area(db, actor.id, _area(area_id), form.name.data or "")
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("scheduling.areas", _anchor=f"area-{area_id}"))


@pages.post("/operations/areas/<int:area_id>/position")
@permit(Permission.PLAN)
def move_area(area_id: int) -> Answer:
    """One place up, or down."""
    db, actor = acting()
    actions.move_area(db, actor.id, _area(area_id), up=request.form.get("step") == "up")
    doors.commit()
    return see_other(url_for("scheduling.areas", _anchor=f"area-{area_id}"))


@pages.post("/operations/areas/<int:area_id>/removal")
@permit(Permission.PLAN)
def remove_area(area_id: int) -> Answer:
    """Away with one that no course is in."""
    db, actor = acting()
    with again(lambda refused: _page(AreaForm(formdata=None), refusals=reasons(refused))):
        actions.remove_area(db, actor.id, _area(area_id))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("scheduling.areas"))


def _area(area_id: int) -> Area:
    return found(select(Area).where(Area.id == area_id))


def _year() -> int:
    return year_or_none("year") or clock.today().year


def _page(form: AreaForm, refusals: list[str] | None = None) -> str:
    db, year = doors.looking(), _year()
    return render_template(
        "scheduling/areas.html",
        areas=areas_in(db, year),
        year=year,
        years=sorted({year, clock.today().year, *years_of(db)}, reverse=True),
        form=form,
        offers=OFFERS,
        refusals=refusals or [],
    )
