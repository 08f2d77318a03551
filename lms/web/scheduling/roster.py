"""The list of names of a run: to print with room for signatures, and as a file."""

from __future__ import annotations

from flask import Response, render_template

from courses.enrolment.queries import RosterRow
from courses.enrolment.queries import roster as people_of
from courses.enrolment.states import SEATED
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.files import table
from lms.web.runs import run_for
from lms.web.scheduling.blueprint import pages


@pages.get("/runs/<int:run_id>/roster")
@permit(Permission.TEACH)
def roster(run_id: int) -> str:
    """For the run's instructors and officers."""
    return render_template("scheduling/roster.html", run=run_for(Permission.TEACH, run_id), rows=_seated(run_id))


@pages.get("/runs/<int:run_id>/roster.<string:form>")
@permit(Permission.TEACH)
def roster_file(run_id: int, form: str) -> Response:
    """The same as CSV or workbook."""
    run = run_for(Permission.TEACH, run_id)
    headings = [_("No."), _("Name"), _("Employee number"), _("Unit"), _("Grade")]
    rows: list[list[Cell]] = [
        [number, row.name, row.number, row.unit, row.grade] for number, row in enumerate(_seated(run_id), 1)
    ]
    name = f"{run.course.title} {run.year}-{run.number} {_('Roster')}"
    return table(form, [Sheet(run.course.title, headings, rows)], name, plain=f"roster-{run.id}")


def _seated(run_id: int) -> list[RosterRow]:
    return people_of(doors.session(), run_id, SEATED)
