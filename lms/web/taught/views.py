from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, url_for
from sqlalchemy import exists, select

from courses import clock
from courses.exchange.writing import Sheet
from courses.people.models import Person
from courses.permissions import Permission
from courses.printing.taught import confirmation
from courses.scheduling.models import Period, RunInstructor
from courses.scheduling.taught import Teacher, ledger
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _, language, words
from lms.web.answers import day_or_none, found, here
from lms.web.files import file, table
from lms.web.formats import clock as at
from lms.web.formats import day_long, month_long

pages = Blueprint("taught", __name__)


@dataclass(frozen=True)
class Month:
    """The month that an address asks for (`?month=` any day of it); the present one without."""

    first: date
    last: date

    @property
    def before(self) -> str:
        """The address of the month before."""
        return here(month=self.first - timedelta(days=1))

    @property
    def after(self) -> str | None:
        """The address of the month after; None for what lies ahead."""
        following = self.last + timedelta(days=1)
        return here(month=following) if following <= clock.today() else None


def _month() -> Month:
    first = (day_or_none("month") or clock.today()).replace(day=1)
    return Month(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


@pages.get("/operations/taught")
@permit(Permission.PLAN)
def index() -> str:
    """All instructors of a month, with how many periods each taught."""
    asked = _month()
    teachers = ledger(doors.session(), asked.first, asked.last)
    return render_template("taught/index.html", asked=asked, teachers=teachers)


@pages.get("/operations/taught.<string:form>")
@permit(Permission.PLAN)
def all_file(form: str) -> Response:
    """The same as CSV or workbook: one sheet of instructors, one of what they taught."""
    asked = _month()
    teachers = ledger(doors.session(), asked.first, asked.last)
    return table(form, _sheets(teachers), _name(asked), plain=f"taught-{asked.first:%Y-%m}")


@pages.get("/operations/taught/<int:person_id>")
@permit(Permission.PLAN)
def show(person_id: int) -> str:
    """What one instructor taught in a month."""
    return _page(_instructor(person_id), url_for("taught.show", person_id=person_id))


@pages.get("/operations/taught/<int:person_id>.pdf")
@permit(Permission.PLAN)
def show_file(person_id: int) -> Response:
    """The confirmation, for signing and sealing."""
    return _pdf(_instructor(person_id))


@pages.get("/teaching/taught")
@permit(Permission.TEACH)
def mine() -> str:
    """What one taught oneself."""
    return _page(_instructor(me().id), url_for("taught.mine"))


@pages.get("/teaching/taught.pdf")
@permit(Permission.TEACH)
def mine_file() -> Response:
    """The confirmation of what one taught oneself."""
    return _pdf(_instructor(me().id))


def _instructor(person_id: int) -> Person:
    """Somebody who teaches or taught, or oneself; 404 for others."""
    if person_id == me().id:
        return found(select(Person).where(Person.id == person_id))
    teaches = exists().where(RunInstructor.person_id == Person.id) | exists().where(Period.instructor_id == Person.id)
    return found(select(Person).where(Person.id == person_id, teaches))


def _page(person: Person, address: str) -> str:
    asked = _month()
    return render_template(
        "taught/show.html",
        asked=asked,
        person=person,
        teacher=_of(person, asked),
        address=address,
        mine=person.id == me().id,
    )


def _of(person: Person, asked: Month) -> Teacher | None:
    return next(iter(ledger(doors.session(), asked.first, asked.last, person.id)), None)


def _pdf(person: Person) -> Response:
    """404 where nothing was taught: there is nothing to confirm."""
    asked = _month()
    teacher = _of(person, asked)
    if teacher is None:
        abort(404)
    content = confirmation(
        teacher, asked.first, asked.last, **_issued(), day=clock.today(), language=language(), words=words
    )
    name = _("Confirmation of teaching %(name)s %(month)s", name=person.name, month=month_long(asked.first))
    return file(content, f"{name}.pdf", plain=f"taught-{asked.first:%Y-%m}.pdf", inline=True)


def _issued() -> dict[str, str]:
    """Who confirms, on which day, in words."""
    ours, korean = doors.current_organisation(), language() == "ko"
    names = (ours.name, ours.issuer) if korean else (ours.name_en, ours.name_en)
    return {"organisation": names[0], "issuer": names[1], "dated": day_long(clock.today())}


def _name(asked: Month) -> str:
    return _("Taught periods %(month)s", month=month_long(asked.first))


def _sheets(teachers: list[Teacher]) -> list[Sheet]:
    name, institution, periods = _("Instructor"), _("Institution"), _("Periods")
    sums = [(one.name, one.institution, one.days, one.periods) for one in teachers]
    lines = [
        (one.name, one.institution, one.title, one.run_number, one.session_number, one.day, at(one.starts_at),
         at(one.ends_at), one.place, one.subjects, one.periods, one.minutes)
        for teacher in teachers for one in teacher.taught
    ]  # fmt: skip
    headings = (name, institution, _("Course"), _("Run"), _("Session"), _("Date"), _("From"), _("Until"), _("Place"),
                _("Subject"), periods, _("Minutes"))  # fmt: skip
    return [
        Sheet(_("Taught periods"), headings, lines),
        Sheet(_("By instructor"), (name, institution, _("Days"), periods), sums),
    ]
