"""Everybody: searched, filtered, counted, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, render_template, request

from courses.exchange.writing import Cell, Sheet
from courses.people import queries
from courses.people.models import OrgUnit, Role
from courses.people.queries import MANY, PAGE, Standing, Wanted
from courses.people.units import meant, shown_as
from courses.people.words import ROLE_NAMES
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _, words
from lms.web.answers import is_fragment, page_number
from lms.web.files import table
from lms.web.people.blueprint import pages
from lms.web.people.words import STANDINGS, standing

_LONGEST = 80


@pages.get("/people")
@permit(Permission.MANAGE_PEOPLE)
def index() -> str:
    """A page of people by name."""
    db, page = doors.session(), page_number()
    wanted, unit, units = _wanted()
    total = queries.number_of(db, wanted) if wanted else 0
    rows = queries.people(db, wanted, page) if wanted and total else []
    if not rows and page > 1:
        abort(404)
    given = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    return render_template(
        "people/results.html" if is_fragment() else "people/index.html",
        rows=rows,
        total=total,
        many=MANY,
        wanted=wanted or Wanted(),
        unit=unit,
        units=[shown_as(one) for one in units] if wanted is None else None,
        roles=ROLE_NAMES,
        standings=STANDINGS,
        standing=standing,
        page=page,
        last=_last(page, total, len(rows)),
        page_url=lambda number: "/people?" + urlencode([*given, ("page", str(number))]),
        file_url=lambda ending: f"/people.{ending}?" + urlencode(given),
    )


def _last(page: int, total: int, here: int) -> int:
    """The last page; of more people than are counted the next one, while the present one is full."""
    counted = -(-min(total, MANY) // PAGE)
    return counted if total <= MANY else max(counted, page + (here == PAGE))


@pages.get("/people.<string:form>")
@permit(Permission.MANAGE_PEOPLE)
def people_file(form: str) -> Response:
    """Everybody whom the filters leave, as CSV or workbook."""
    wanted, _unit, _units = _wanted()
    rows = queries.people(doors.session(), wanted) if wanted else []
    headings = [_("Name"), _("Romanised name"), _("Employee number"), _("E-mail"), _("Unit"), _("Institution")]
    headings += [_("Service"), _("Grade"), _("Post"), _("Duty"), _("State"), _("Left on"), _("Expires on")]
    return table(form, [Sheet(_("People"), headings, list(_lines(rows)))], _("People"), plain="people")


def _lines(rows: Sequence[Any]) -> Iterator[list[Cell]]:
    names = {state: words(name) for state, name in STANDINGS.items()}
    for row in rows:
        yield [
            row.name, row.name_roman, row.employee_no, row.mail, row.unit, row.institution, row.service, row.grade,
            row.post, row.duty, names[standing(row)], row.left_on, row.expires_on,
        ]  # fmt: skip


def _wanted() -> tuple[Wanted | None, str, Sequence[OrgUnit]]:
    """Whom the address asks for, the unit as it was typed, and the units that may be meant.

    None: nobody, since it does not say one unit.
    """
    args = request.args
    unit, role, state = args.get("unit", "").strip()[:700], args.get("role", ""), args.get("state", "")
    units = meant(doors.session(), unit, also_closed=True) if unit else []
    if unit and len(units) != 1:
        return None, unit, units
    wanted = Wanted(
        words=args.get("q", "").strip()[:_LONGEST],
        role=Role(role) if role in set(Role) else None,
        standing=Standing(state) if state in set(Standing) else None,
        unit_id=units[0].id if units else None,
    )
    return wanted, unit, units
