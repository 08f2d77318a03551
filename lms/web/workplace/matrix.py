"""Who has which skill, as a page and as a workbook."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup, escape

from courses.exchange.writing import Cell as FileCell
from courses.exchange.writing import Sheet
from courses.people.models import OrgUnit
from courses.permissions import Permission
from courses.workplace import matrix as queries
from courses.workplace import planning
from courses.workplace.matrix import Cell, Line, Matrix
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _, words
from lms.web.answers import key
from lms.web.files import table
from lms.web.workplace import units
from lms.web.workplace.blueprint import pages
from lms.web.workplace.words import CELLS

_GAPS = 8
"""The largest ones are said in words."""
_CLASSES = {Cell.HAS: "has", Cell.BEGUN: "begun", Cell.NONE: "not"}


@pages.get("/workplace/matrix")
@permit(Permission.NOMINATE)
def matrix() -> str:
    """People by subjects; of one subject (`?course=`) by its skills."""
    own = units.own_units(Permission.NOMINATE)
    unit = units.asked_unit(Permission.NOMINATE, own)
    if unit is None:
        return render_template("workplace/choose.html", departments=units.departments(), page="workplace.matrix")
    course = _course()
    found = _matrix(unit, course)
    return render_template(
        "workplace/matrix.html",
        unit=unit,
        own=own,
        course=course,
        subjects=[one for one in planning.subjects(doors.session()) if one.offered],
        columns=found.columns,
        people=len(found.lines),
        body=_body(found.lines),
        gaps=found.gaps[:_GAPS],
        more=max(0, len(found.gaps) - _GAPS),
        nobody=found.nobody,
        cells=CELLS,
    )


@pages.get("/workplace/matrix.<string:form>")
@permit(Permission.NOMINATE)
def matrix_file(form: str) -> Response:
    """The same as a file, in words."""
    unit = units.asked_unit(Permission.NOMINATE, units.own_units(Permission.NOMINATE))
    course = _course()
    found = _matrix(unit, course) if unit else Matrix([], [])
    said = {cell: words(name) for cell, (name, _sign) in CELLS.items()}
    headings = [_("Name"), _("Unit"), _("Grade"), *(one.title for one in found.columns), _("Has")]
    rows: list[list[FileCell]] = [
        [one.name, one.unit, one.grade, *(said[cell] for cell in one.cells), one.has] for one in found.lines
    ]
    title = " ".join(part for part in (_("Who has which skill"), unit.name if unit else "", _title(course)) if part)
    return table(form, [Sheet(title, headings, rows)], title, plain="matrix")


def _matrix(unit: OrgUnit, course: Any) -> Matrix:
    db = doors.session()
    return queries.of_skills(db, unit.id, course.id) if course else queries.of_subjects(db, unit.id)


def _course() -> Any:
    wanted = request.args.get("course", type=key)
    return next((one for one in planning.subjects(doors.session()) if one.id == wanted), None)


def _title(course: Any) -> str:
    return str(course.title) if course else ""


def _body(lines: list[Line]) -> Markup:
    """The rows of the table: thousands of cells of three kinds, so each kind is made once."""
    cells = [f'<td class="{_CLASSES[cell]}"><i>{escape(words(CELLS[cell][0]))}</i>' for cell in sorted(CELLS)]
    return Markup(  # noqa: S704  # every word in it is escaped
        "".join(
            [
                f'<tr><th scope="row">{escape(line.name)} <small>{escape(line.grade)}</small></th>'
                f'{"".join([cells[mark] for mark in line.marks])}<td class="num">{line.has}</td></tr>'
                for line in lines
            ]
        )
    )
