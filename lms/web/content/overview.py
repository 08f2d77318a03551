"""Who is where in a run's lessons, for its instructors and officers."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, render_template, request

from courses import clock
from courses.content import progress
from courses.content.progress import Trace
from courses.content.watching import FULL
from courses.enrolment.queries import RosterRow, roster
from courses.enrolment.states import SEATED
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.answers import here, page_number
from lms.web.content.blueprint import pages
from lms.web.files import table
from lms.web.formats import moment, points
from lms.web.runs import run_for

_PAGE = 100
_NOWHERE = Trace(0, 0, 0, None)


class Row(NamedTuple):
    """One person of the run, and how far they have come."""

    person: RosterRow
    trace: Trace


@pages.get("/runs/<int:run_id>/progress")
@permit(Permission.TEACH)
def run_progress(run_id: int) -> str:
    """Everybody, least progress first; `?behind=1`: only those behind the days that have passed."""
    run = run_for(Permission.TEACH, run_id)
    rows, due = _rows(run), _due(run)
    behind = [row for row in rows if row.trace.progress < due]
    shown = behind if request.args.get("behind") else rows
    page, last = min(page_number(), -(-len(shown) // _PAGE) or 1), -(-len(shown) // _PAGE) or 1
    return render_template(
        "content/learn_run.html",
        run=run,
        rows=shown[(page - 1) * _PAGE : page * _PAGE],
        everybody=len(rows),
        behind=len(behind),
        done=sum(row.trace.progress >= FULL for row in rows),
        untouched=sum(row.trace.saved_at is None for row in rows),
        only_behind=bool(request.args.get("behind")),
        due=due,
        page=page,
        last=last,
        address=lambda number: here(page=number),
    )


@pages.get("/runs/<int:run_id>/progress.<string:form>")
@permit(Permission.TEACH)
def run_progress_file(run_id: int, form: str) -> Response:
    """The same as a file, everybody in it."""
    run = run_for(Permission.TEACH, run_id)
    headings = [_("Name"), _("Employee number"), _("Unit"), _("Progress (%)"), _("Lessons learnt"), _("Saved last")]
    lines = [_line(row) for row in _rows(run)]
    title = f"{run.course.title} {_('Progress')}"
    return table(form, [Sheet(_("Progress"), headings, lines)], title, plain=f"progress-{run_id}")


def _line(row: Row) -> list[Cell]:
    saved = moment(row.trace.saved_at) if row.trace.saved_at else ""
    reached = points(row.trace.progress)
    return [
        row.person.name,
        row.person.number,
        row.person.unit,
        reached,
        f"{row.trace.done}/{row.trace.lessons}",
        saved,
    ]


def _rows(run: Run) -> list[Row]:
    db = doors.looking()
    traces = progress.traces(db, run.id)
    rows = [Row(person, traces.get(person.id, _NOWHERE)) for person in roster(db, run.id, SEATED)]
    return sorted(rows, key=lambda row: row.trace.progress)


def _due(run: Run) -> int:
    """The part of the run's days that has passed, in hundredths of a percent."""
    days = (run.ends_on - run.starts_on).days + 1
    return max(0, min((clock.today() - run.starts_on).days, days)) * FULL // days
