"""The plan of a department for half a year, beside what was done; all departments for officers."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from courses import clock
from courses.exchange.writing import Cell, Sheet
from courses.people.models import OrgUnit
from courses.permissions import Permission, may
from courses.text import Text, text
from courses.workplace import planning
from courses.workplace.planning import Half, Line
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import CONFLICT, Answer, again, say, see_other, year_or_none
from lms.web.files import table
from lms.web.workplace import units
from lms.web.workplace.blueprint import pages

_HALVES: dict[int, Text] = {
    1: text("%(year)s, January to June"),
    2: text("%(year)s, July to December"),
}


@pages.get("/workplace/plan")
@permit(Permission.NOMINATE)
def plan() -> str:
    """A department's subjects: planned and done. An officer who has chosen none sees all departments."""
    unit = units.asked_unit(Permission.NOMINATE, units.own_units(Permission.NOMINATE))
    return _overview() if unit is None else _page(unit, _half())


@pages.get("/workplace/plans")
@permit(Permission.REPORT)
def plans() -> str:
    """All departments, those without a plan marked."""
    return _overview()


@pages.post("/workplace/units/<int:unit_id>/plan")
@permit(Permission.NOMINATE)
def set_plan(unit_id: int) -> Answer:
    """Keep the plan as it stands in the form."""
    half = _half()
    wanted, faults = _entered()
    if faults:
        unit = units.within_reach(Permission.NOMINATE, unit_id)
        return _page(unit, half, ", ".join(faults), wanted), CONFLICT
    db, actor = acting()
    unit = units.within_reach(Permission.NOMINATE, unit_id)

    def page(refused: str) -> str:
        return _page(units.within_reach(Permission.NOMINATE, unit_id), half, refused, wanted)

    with again(lambda refused: page(words(refused.message))):
        planning.set_plan(db, actor.id, unit, half, wanted)
    doors.commit()
    say(_("The plan is kept"))
    return see_other(url_for("workplace.plan", unit=unit_id, year=half.year, half=half.number))


@pages.get("/workplace/plan.<string:form>")
@permit(Permission.NOMINATE)
def plan_file(form: str) -> Response:
    """A department's plan as a file; of all departments where none is chosen (officers)."""
    unit = units.asked_unit(Permission.NOMINATE, units.own_units(Permission.NOMINATE))
    half = _half()
    if unit is None:
        return plans_file(form)
    headings = [_("Area"), _("Code"), _("Subject"), _("Month"), _("Planned people"), *_done_headings()]
    rows: list[list[Cell]] = [
        [one.area, one.code, one.title, one.month, one.people, one.done.runs, one.done.people, one.done.completed]
        for one in planning.plan_of(doors.session(), unit.id, half)
    ]
    title = f"{_('Half-year plan')} {half.year}-{half.number} {unit.name}"
    return table(form, [Sheet(title, headings, rows)], title, plain=f"plan-{half.year}-{half.number}")


@pages.get("/workplace/plans.<string:form>")
@permit(Permission.REPORT)
def plans_file(form: str) -> Response:
    """All departments as a file."""
    half = _half()
    headings = [_("Department"), _("Planned subjects"), _("Planned people"), _("Of these taught"), *_done_headings()]
    rows: list[list[Cell]] = [
        [one.name, one.planned, one.people, one.taught, one.done.runs, one.done.people, one.done.completed]
        for one in planning.overview(doors.session(), half)
    ]
    title = f"{_('Half-year plans')} {half.year}-{half.number}"
    return table(form, [Sheet(title, headings, rows)], title, plain=f"plans-{half.year}-{half.number}")


def _done_headings() -> list[str]:
    return [_("Runs"), _("Attendances"), _("Completed")]


def _half() -> Half:
    now = Half.of(clock.today())
    number = request.args.get("half", type=int)
    return Half(year_or_none("year") or now.year, number if number in (1, 2) else now.number)


def _entered() -> tuple[dict[int, tuple[int, int]], list[str]]:
    """The plan in the form: what has a month or people; and what is wrong, subject by subject."""
    titles = {one.id: one.title for one in planning.subjects(doors.looking())}
    wanted, faults = {}, []
    for course_id, title in titles.items():
        month, people = (request.form.get(f"{name}-{course_id}", "").strip() for name in ("month", "people"))
        if not month and people in ("", "0"):
            continue
        number = int(people) if people.isascii() and people.isdigit() and len(people) < 6 else 0
        wanted[course_id] = (int(month) if month.isascii() and month.isdigit() and len(month) < 3 else 0, number)
        if not all(wanted[course_id]):
            faults.append(_("%(title)s: choose a month, and say for how many people", title=title))
    return wanted, faults


def _overview() -> str:
    half = _half()
    rows = planning.overview(doors.looking(), half)
    return render_template(
        "workplace/plans.html",
        half=half,
        name=_name(half),
        rows=rows,
        without=[one for one in rows if not one.planned],
    )


def _page(unit: OrgUnit, half: Half, refused: str = "", entered: dict[int, tuple[int, int]] | None = None) -> str:
    lines = planning.plan_of(doors.looking(), unit.id, half)
    return render_template(
        "workplace/plan.html",
        unit=unit,
        own=units.own_units(Permission.NOMINATE),
        half=half,
        name=_name(half),
        lines=lines,
        shown={one.course_id: (one.month, one.people) for one in lines} | (entered or {}),
        totals=_totals(lines),
        refused=refused,
        officer=may(me(), Permission.REPORT),
    )


def _name(half: Half) -> str:
    return words(Text(_HALVES[half.number].msgid, {"year": str(half.year)}))


def _totals(lines: list[Line]) -> dict[str, int]:
    planned = [one for one in lines if one.people]
    return {
        "subjects": len(planned),
        "people": sum(one.people for one in planned),
        "taught": sum(one.done.runs > 0 for one in planned),
        "runs": sum(one.done.runs for one in lines),
        "done": sum(one.done.people for one in lines),
        "completed": sum(one.done.completed for one in lines),
    }
