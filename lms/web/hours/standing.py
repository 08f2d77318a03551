"""How the people of units stand in a year: for a head the own units, for a training officer all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.exchange.writing import Cell, Sheet
from courses.hours import progress
from courses.hours.progress import Member
from courses.people.models import OrgUnit, Role
from courses.permissions import Permission, may, visible
from courses.reporting.measures import hours
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _
from lms.web.answers import found, here, key, year_or_none
from lms.web.files import table
from lms.web.hours.blueprint import pages

_SHOWN = 300


class _Asked(NamedTuple):
    """The year and the unit that are looked at; None: the whole organisation."""

    year: int
    unit: OrgUnit | None


@pages.get("/reports/hours")
@permit(Permission.OVERSEE)
def units() -> str:
    """Unit by unit, then everybody who serves there."""
    db, asked = doors.session(), _asked()
    everybody = _members(db, asked)
    found_sums = progress.sums(db, asked.year, asked.unit, everybody)
    people = everybody if asked.unit else []
    behind = [member for member in people if member.is_behind]
    only_behind = request.args.get("behind") == "1"
    return render_template(
        "hours/units.html",
        year=asked.year,
        years=range(clock.today().year, clock.today().year - 4, -1),
        unit=asked.unit,
        up=_up(db, asked.unit),
        sums=found_sums if asked.unit is None or len(found_sums) > 1 else [],
        people=(behind if only_behind else people)[:_SHOWN],
        total=len(behind if only_behind else people),
        behind=len(behind),
        only_behind=only_behind,
        whole=progress.summed(people) if asked.unit else None,
        file=here("/reports/hours.xlsx"),
    )


@pages.get("/reports/hours.<string:form>")
@permit(Permission.OVERSEE)
def units_file(form: str) -> Response:
    """The same as CSV or workbook: everybody, then unit by unit."""
    db, asked = doors.session(), _asked()
    title = _("Recognised hours %(year)s", year=asked.year)
    people = _members(db, asked)
    named = [
        _("Unit"), _("Name"), _("Employee number"), _("Grade"), _("Courses"), _("Recognised hours"), _("Hours due"),
        _("Due until today"), _("Days on leave"), _("Behind"),
    ]  # fmt: skip
    summed = [_("Unit"), _("Headcount"), _("Target reached"), _("Behind"), _("Recognised hours"), _("Hours due")]
    sums = progress.sums(db, asked.year, asked.unit, people)
    sheets = [
        Sheet(title, named, [_row(member) for member in people]),
        Sheet(
            _("Units"), summed,
            [[one.path or one.name, one.people, one.reached, one.behind, hours(one.recognised), hours(one.due)]
             for one in sums],
        ),
    ]  # fmt: skip
    return table(form, sheets, title, plain="hours")


def _members(db: Session, asked: _Asked) -> list[Member]:
    target_hours = doors.current_organisation().target_hours
    return progress.members(db, asked.year, asked.unit.id if asked.unit else None, target_hours)


def _row(member: Member) -> list[Cell]:
    stands = member.standing
    return [
        member.unit, member.name, member.employee_no, member.grade, stands.courses, hours(stands.recognised),
        hours(stands.due), hours(member.expected), stands.away, _("behind") if member.is_behind else "",
    ]  # fmt: skip


def _asked() -> _Asked:
    """A head who names no unit sees the first of the own ones; a unit out of reach is a 404."""
    actor, year = me(), year_or_none("year") or clock.today().year
    reach = visible(actor, OrgUnit, Permission.OVERSEE)
    unit_id = request.args.get("unit", type=key)
    if unit_id is not None:
        return _Asked(year, found(select(OrgUnit).where(OrgUnit.id == unit_id, reach)))
    if may(actor, Permission.PLAN):
        return _Asked(year, None)
    own = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    first = select(OrgUnit).where(OrgUnit.id.in_(own)).order_by(OrgUnit.position, OrgUnit.id).limit(1)
    return _Asked(year, doors.session().scalar(first) or abort(404))


def _up(db: Session, unit: OrgUnit | None) -> Any:
    """The unit above, where it is within reach: (id or None for all, name)."""
    if unit is None:
        return None
    reach = visible(me(), OrgUnit, Permission.OVERSEE)
    above = db.scalar(select(OrgUnit).where(OrgUnit.id == unit.parent_id, reach)) if unit.parent_id else None
    if above is not None and above.depth > 0:
        return above.id, above.name
    return (None, _("All units")) if may(me(), Permission.PLAN) else None
