"""A transcript as PDF: the same rows as the page's, with recognised hours by year and type."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses import clock
from courses.hours import queries
from courses.hours.queries import Account, Line
from courses.people.models import Person
from courses.printing.transcript import Holder, Labels, Learned, OfYear, draw
from courses.reporting.transcript import Transcript, transcript
from courses.settings.organisation import Organisation
from lms.i18n import _, language
from lms.web.formats import days
from lms.web.hours.words import plain_hours, type_name


def transcript_pdf(db: Session, person: Person, named: Organisation) -> bytes:
    """What somebody has completed and had recognised, the newest year first, in the reader's language."""
    done = transcript(db, person)
    years = learned_years(db, person, done)
    unit = done.served.path if done.served else person.institution
    grade = f" · {done.served.grade}" if done.served and done.served.grade else ""
    holder = Holder(person.name, f"{unit}{grade}", person.employee_no or "")
    korean = language() == "ko"
    return draw(holder, years, labels_of(named, korean=korean), named.name if korean else named.name_en, clock.today(),
                language())  # fmt: skip


def learned_years(db: Session, person: Person, done: Transcript) -> list[OfYear]:
    """The years in which something counts, the newest first, in words of the reader's language."""
    runs = {row.id: row for year in done.years for row in year.rows}
    accounts = [queries.account(db, person.id, year) for year in queries.years_of(db, person.id)]
    return [year for account in accounts if (year := _year(account, runs)).learned]


def _year(account: Account, runs: dict[int, object]) -> OfYear:
    totals = [
        (type_name(account.rules, one.type), plain_hours(one.minutes), plain_hours(one.counted))
        for one in account.totals
    ]
    recognised = sum(one.minutes for one in account.totals)
    return OfYear(
        _("%(year)s, %(hours)s hours recognised", year=account.year, hours=plain_hours(recognised)),
        [_learned(account, line, runs) for line in account.lines if line.why in _DONE],
        totals,
        (plain_hours(recognised), plain_hours(account.standing.recognised)),
        account.year,
    )


def _learned(account: Account, line: Line, runs: dict[int, object]) -> Learned:
    row = runs.get(line.enrolment_id or 0)
    return Learned(
        line.title,
        type_name(account.rules, line.type),
        days(line.first, line.last),
        line.provider or str(getattr(row, "unit", None) or ""),
        plain_hours(line.minutes),
        str(getattr(row, "certificate", None) or ""),
    )


_DONE = (queries.Why.COUNTS, queries.Why.PARTLY, queries.Why.CAPPED)


def labels_of(named: Organisation, *, korean: bool) -> Labels:
    """The words of a transcript in the reader's language."""
    return Labels(
        title=_("Transcript"),
        name=_("Name"),
        unit=_("Department"),
        number=_("Employee number"),
        course=_("Course"),
        kind=_("Kind"),
        period=_("Period"),
        run_unit=_("Department or provider"),
        hours=_("Recognised hours"),
        certificate=_("Certificate"),
        counts=_("Counted"),
        total=_("Total"),
        nothing=_("Nothing learned yet"),
        note=named.site_name if korean else named.site_name_en,
    )
