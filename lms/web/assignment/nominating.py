"""A run's applicants as a file: out to the departments, and back."""

from __future__ import annotations

from flask import Response

from courses.exchange import nominations
from courses.exchange.formats import kinds
from courses.exchange.preview import template_headings
from courses.exchange.writing import Sheet
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _, language, words
from lms.web.assignment.adding import near_to, open_run
from lms.web.assignment.blueprint import pages
from lms.web.files import table


@pages.get("/runs/<int:run_id>/nominations.<string:form>")
@permit(Permission.NOMINATE)
def nominations_file(run_id: int, form: str) -> Response:
    """Those who are not decided on yet, as CSV or workbook; a department's own are its alone."""
    run = open_run(run_id)
    kind = kinds["nominations"]
    headings = template_headings(kind, language() == "ko")
    rows = nominations.rows_of(doors.session(), run.id, near_to(me()))
    name = f"{_('Nominations')} {run.course.title} {run.year}-{run.number}"
    return table(form, [Sheet(words(kind.title), headings, rows)], name, plain=f"nominations-{run.id}")
