"""One's own hours: every row of a year and why it counts or not."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from sqlalchemy import select

from courses import clock
from courses.exchange.writing import Cell, Sheet
from courses.hours import queries
from courses.hours.queries import Account
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.reporting.measures import hours
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _, words
from lms.web.answers import found, year_or_none
from lms.web.files import table
from lms.web.hours.blueprint import pages
from lms.web.hours.words import WHY, type_name


@pages.get("/my-hours")
@permit(Permission.LEARN)
def mine() -> str:
    """My hours."""
    return _page(found(select(Person).where(Person.id == me().id)), own=True)


@pages.get("/people/<int:person_id>/hours")
@permit(Permission.OVERSEE)
def person(person_id: int) -> str:
    """The hours of somebody one is responsible for."""
    reach = visible(me(), Person, Permission.OVERSEE)
    return _page(found(select(Person).where(Person.id == person_id, reach)), own=False)


@pages.get("/my-hours.<string:form>")
@permit(Permission.LEARN)
def mine_file(form: str) -> Response:
    """The same as CSV or workbook."""
    account = queries.account(doors.session(), me().id, _year())
    title = _("My hours %(year)s", year=account.year)
    headings = [_("What"), _("Kind"), _("First day"), _("Last day"), _("Recognised"), _("Counted"), _("Why")]
    return table(form, [Sheet(title, headings, _rows(account))], title, plain="hours")


def _rows(account: Account) -> list[list[Cell]]:
    return [
        [line.title, type_name(account.rules, line.type), line.first, line.last, hours(line.minutes),
         hours(line.counted), words(WHY[line.why][0])]
        for line in account.lines
    ]  # fmt: skip


def _year() -> int:
    return year_or_none("year") or clock.today().year


def _page(person: Person, *, own: bool) -> str:
    db = doors.session()
    account = queries.account(db, person.id, _year())
    years = queries.years_of(db, person.id)
    return render_template(
        "hours/mine.html",
        person=person,
        own=own,
        account=account,
        years=sorted({*years, account.year}, reverse=True),
        names={line.type: type_name(account.rules, line.type) for line in account.lines},
        why=WHY,
        address=url_for(request.endpoint or "", **(request.view_args or {})),
    )
