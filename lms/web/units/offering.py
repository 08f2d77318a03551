"""What lists offer while somebody types."""

from __future__ import annotations

from flask import render_template, request

from courses.people.queries import colleagues
from courses.people.units import like_typed, shown_as
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import permit
from lms.web.units.blueprint import pages
from lms.web.units.showing import unit_for


@pages.get("/units/offered")
@permit(Permission.MANAGE_PEOPLE)
def offered() -> str:
    """Units, as options of a list."""
    units = like_typed(doors.session(), request.args.get("unit", "")[:80])
    return render_template("units/options.html", options=[shown_as(unit) for unit in units])


@pages.get("/units/<int:unit_id>/colleagues")
@permit(Permission.HEAD_UNIT)
def colleagues_offered(unit_id: int) -> str:
    """People of a unit, as options of a list."""
    people = colleagues(doors.session(), unit_for(unit_id).id, request.args.get("person", "")[:80])
    return render_template("units/options.html", options=[f"{one.name} ({one.employee_no})" for one in people])
