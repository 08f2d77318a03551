"""What a person has learned: one's own, and that of the people one is responsible for."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, url_for
from sqlalchemy import select

from courses import clock
from courses.exchange.writing import Cell, Sheet
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.reporting.measures import hours
from courses.reporting.training import KIND_NAMES
from courses.reporting.transcript import Transcript, transcript
from lms import db
from lms.auth.guard import me, permit
from lms.i18n import _, words
from lms.web.answers import found
from lms.web.files import file, table
from lms.web.reporting.blueprint import pages
from lms.web.reporting.printing import transcript_pdf
from lms.web.reporting.words import OUTCOMES


@pages.get("/my-learning/transcript")
@permit(Permission.LEARN)
def own_transcript() -> str:
    """All one has learned."""
    return _page(_own(), url_for("reporting.own_transcript"), url_for("enrolment.mine"))


@pages.get("/my-learning/transcript.<string:form>")
@permit(Permission.LEARN)
def own_transcript_file(form: str) -> Response:
    """The same as CSV or workbook."""
    return _file(_own(), form)


@pages.get("/people/<int:person_id>/transcript")
@permit(Permission.OVERSEE)
def person_transcript(person_id: int) -> str:
    """All somebody has learned whom the reader is responsible for."""
    return _page(_anothers(person_id), url_for("reporting.person_transcript", person_id=person_id), None)


@pages.get("/people/<int:person_id>/transcript.<string:form>")
@permit(Permission.OVERSEE)
def person_transcript_file(person_id: int, form: str) -> Response:
    """The same as CSV or workbook."""
    return _file(_anothers(person_id), form)


def _own() -> Person:
    return found(select(Person).where(Person.id == me().id))


def _anothers(person_id: int) -> Person:
    return found(select(Person).where(Person.id == person_id, visible(me(), Person, Permission.OVERSEE)))


def _page(person: Person, address: str, back: str | None) -> str:
    done = transcript(db.session(), person)
    return render_template(
        "reporting/transcript.html",
        transcript=done,
        address=address,
        back=back,
        outcomes=OUTCOMES,
        kinds=KIND_NAMES,
        now=clock.now(),
    )


def _file(person: Person, form: str) -> Response:
    title = _("Transcript of %(name)s", name=person.name)
    if form == "pdf":
        content = transcript_pdf(db.session(), person, db.current_organisation())
        return file(content, f"{title} ({clock.today()}).pdf", plain="transcript.pdf", inline=True)
    headings = [
        _("Year"), _("Course"), _("Kind"), _("Run"), _("Starts"), _("Ended"), _("Department"), _("Grade"), _("Outcome"),
        _("Hours"), _("Recognised hours"), _("Certificate"),
    ]  # fmt: skip
    sheet = Sheet(title, headings, _rows(transcript(db.session(), person)))
    return table(form, [sheet], f"{title} ({clock.today()})", plain="transcript")


def _rows(done: Transcript) -> Iterator[list[Cell]]:
    for year in done.years:
        for row in year.rows:
            outcome = words(OUTCOMES[row.outcome]) if row.outcome else _("In progress")
            yield [
                row.year, row.title, words(KIND_NAMES[row.kind]), row.number, row.starts_on, row.ends_on, row.unit,
                row.grade, outcome, hours(row.minutes), hours(row.recognised), row.certificate,
            ]  # fmt: skip
