"""What confirmations and transcripts say, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.certificates.documents import Content, Grid
from courses.certificates.models import DocumentKind
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.models import OrgUnit, Person, Posting
from courses.printing.transcript import Labels, OfYear
from courses.reporting.transcript import transcript
from courses.scheduling.models import Run, RunState
from courses.scheduling.taught import Taught, ledger
from courses.settings.organisation import organisation
from courses.text import text
from lms.i18n import _, language
from lms.web.certificates.addresses import verify_url
from lms.web.formats import clock as at
from lms.web.formats import day_long, hours
from lms.web.reporting.printing import labels_of, learned_years

Entries = Sequence[tuple[str, str]]


def taken(person_id: int) -> Select[Enrolment, Run, Course]:
    """SQL: the places of a person that can be confirmed, the latest first."""
    return (
        select(Enrolment, Run, Course)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Enrolment.person_id == person_id, Enrolment.status == Status.ENROLLED)
        .where(Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)))
        .order_by(Run.starts_on.desc(), Enrolment.id.desc())
    )


def of_enrolment(db: Session, person: Person, row: Row[Enrolment, Run, Course], url: str = "") -> Content:
    """수강확인서: that somebody takes, took or is going to take part in a run. `row`: one of `taken`.

    `url`: where it is verified; this application's, where nothing is said.
    """
    _enrolment, run, course = row
    period = _span(run.starts_on, run.ends_on)
    entries = [
        (_("Course"), course.title),
        (_("Period"), period),
        (_("Hours"), hours(course.minutes)),
    ]
    about = f"{course.title} ({period})"
    return _content(db, person, DocumentKind.ENROLMENT, entries, (), _taking(run), about, url)


def _taking(run: Run) -> str:
    today = clock.today()
    if today < run.starts_on:
        return _("It is confirmed that the above person is enrolled in the above course.")
    if today <= run.ends_on:
        return _("It is confirmed that the above person is taking the above course.")
    return _("It is confirmed that the above person took the above course.")


def of_transcript(db: Session, person: Person) -> Content:
    """교육이수 내역서: all that somebody completed or had recognised. Raises `Refused` where there is nothing."""
    done = transcript(db, person)
    years = learned_years(db, person, done)
    if not years:
        raise Refused(text("There is nothing to confirm: no course was completed yet."), code="nothing")
    labels = labels_of(organisation(db), korean=language() == "ko")
    grids = [grid for year in years for grid in _grids(year, labels)]
    courses = sum(len(year.learned) for year in years)
    about = _("%(first)s to %(last)s, courses: %(n)s", n=courses, first=years[-1].year, last=years[0].year)
    sentence = _("It is confirmed that the above was learned.")
    return _content(db, person, DocumentKind.TRANSCRIPT, [], grids, sentence, about)


def _grids(year: OfYear, labels: Labels) -> list[Grid]:
    columns = (
        (labels.course, 5, "left"), (labels.kind, 2.2, "left"), (labels.period, 3.4, "left"),
        (labels.run_unit, 3.2, "left"), (labels.hours, 2.7, "right"), (labels.certificate, 3, "left"),
    )  # fmt: skip
    learned = tuple((one.title, one.kind, one.period, one.unit, one.hours, one.certificate) for one in year.learned)
    named = ((labels.kind, 4, "left"), (labels.hours, 2, "right"), (labels.counts, 2, "right"))
    totals = (*(tuple(row) for row in year.totals), (labels.total, *year.sum))
    return [Grid(columns, learned, title=year.title), Grid(named, totals, total=True)]


def of_teaching(db: Session, person: Person, first: date, last: date, url: str = "") -> Content:
    """출강확인서: what somebody taught from a day to another. Raises `Refused` where there is nothing."""
    teacher = next(iter(ledger(db, first, last, person.id)), None)
    if teacher is None:
        raise Refused(text("There is nothing to confirm: nothing was taught in this time."), code="nothing")
    total = _("%(periods)s periods on %(days)s days", periods=teacher.periods, days=teacher.days)
    columns = (
        (_("Date"), 2.1, "left"), (_("Time"), 2.3, "left"), (_("Course"), 5, "left"), (_("Run"), 1, "right"),
        (_("Periods"), 1.3, "right"), (_("Place"), 3, "left"),
    )  # fmt: skip
    rows = tuple(_lesson(one) for one in teacher.taught)
    span = _span(first, last)
    entries = [(_("Time span"), span), (_("Together"), total)]
    sentence = _("It is confirmed that the above was taught.")
    return _content(
        db, person, DocumentKind.TEACHING, entries, [Grid(columns, rows)], sentence, f"{span}, {total}", url
    )


def _lesson(one: Taught) -> tuple[str, ...]:
    when = f"{at(one.starts_at)}–{at(one.ends_at)}"
    return f"{one.day}", when, one.title, f"{one.run_number}", f"{one.periods}", one.place


def _span(first: date, last: date) -> str:
    """With the year, whichever it is: a document is read in later ones."""
    if first == last:
        return day_long(first)
    return (" ~ " if language() == "ko" else " – ").join((day_long(first), day_long(last)))


def _content(
    db: Session, person: Person, kind: DocumentKind, entries: Entries, grids: Sequence[Grid], sentence: str, about: str,
    url: str = "",
) -> Content:  # fmt: skip
    of, korean = organisation(db), language() == "ko"
    name = person.name if korean else person.name_roman or person.name
    who = [(_("Name"), name), (_("Employee number"), person.employee_no or ""), (_("Unit"), _unit(db, person))]
    return Content(
        kind=kind.value,
        language=language(),
        title=_titles()[kind],
        name=name,
        entries=tuple((label, value) for label, value in (*who, *entries) if value),
        grids=tuple(grids),
        sentence=sentence,
        about=about,
        organisation=of.name if korean else of.name_en,
        issuer=of.issuer if korean else of.name_en,
        dated=day_long(clock.today()),
        issued_on=clock.today().isoformat(),
        seal=of.seal,
        verify_url=url or verify_url(),
    )


def _titles() -> dict[DocumentKind, str]:
    return {
        DocumentKind.ENROLMENT: _("Confirmation of enrolment"),
        DocumentKind.TRANSCRIPT: _("Transcript of training"),
        DocumentKind.TEACHING: _("Confirmation of teaching"),
    }


def _unit(db: Session, person: Person) -> str:
    """Where somebody serves, or served last; a stranger's institution."""
    served = select(OrgUnit.path).join(Posting, Posting.unit_id == OrgUnit.id).where(Posting.person_id == person.id)
    return db.scalar(served.order_by(Posting.from_on.desc()).limit(1)) or person.institution
