"""The list of names of a run: to print with room for signatures, and as a file."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.enrolment.queries import RosterRow
from courses.enrolment.queries import roster as people_of
from courses.enrolment.states import SEATED
from courses.exchange.writing import Cell, Sheet, csv_bytes, xlsx_bytes
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _
from lms.web.answers import found
from lms.web.scheduling.blueprint import pages

_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("/runs/<int:run_id>/roster")
@permit(Permission.TEACH)
def roster(run_id: int) -> str:
    """For the run's instructors and officers."""
    return render_template("scheduling/roster.html", run=_run(run_id), rows=_seated(run_id))


@pages.get("/runs/<int:run_id>/roster.<string:form>")
@permit(Permission.TEACH)
def roster_file(run_id: int, form: str) -> Response:
    """The same as CSV or workbook."""
    if form not in _MEDIA:
        abort(404)
    run = _run(run_id)
    headings = [_("No."), _("Name"), _("Employee number"), _("Unit"), _("Grade")]
    rows: list[list[Cell]] = [
        [number, row.name, row.number, row.unit, row.grade] for number, row in enumerate(_seated(run_id), 1)
    ]
    data = csv_bytes(headings, rows) if form == "csv" else xlsx_bytes([Sheet(run.course.title, headings, rows)])
    readable = f"{run.course.title} {run.year}-{run.number} {_('Roster')}.{form}"
    disposition = f"attachment; filename=\"roster-{run.id}.{form}\"; filename*=UTF-8''{quote(readable, safe='')}"
    return Response(data, mimetype=_MEDIA[form], headers={"Content-Disposition": disposition})


def _run(run_id: int) -> Run:
    reach = visible(me(), Run, Permission.TEACH)
    return found(select(Run).options(joinedload(Run.course)).where(Run.id == run_id, reach))


def _seated(run_id: int) -> list[RosterRow]:
    return people_of(doors.session(), run_id, SEATED)
