"""What counts from which year on: the administrator's page of targets, caps and types."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Kind
from courses.errors import Refused
from courses.hours.rules import OUTSIDE, OWN, Rules, change_rules, stored, years
from courses.people.models import Posting
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, say, see_other, year_or_none
from lms.web.hours.blueprint import pages
from lms.web.hours.forms import read_rules
from lms.web.hours.words import type_name

_SHOWN_GRADES = 60


@pages.get("/settings/hours")
@permit(Permission.ADMINISTER)
def rules_form() -> str:
    """The rules of a year."""
    db, year = doors.session(), _year()
    return _page(db, year, _values(stored(db, year)[1], grades_of(db)))


@pages.post("/settings/hours")
@permit(Permission.ADMINISTER)
def change_rules_of() -> Answer:
    """Keep them; what counted in the years before stays as it was."""
    year = year_or_none("year", request.form) or clock.today().year
    grades = grades_of(doors.looking())
    new, faults = read_rules(request.form, grades)
    if faults:
        return _page(doors.looking(), year, dict(request.form), faults), INVALID
    with again(lambda refused: _page(doors.looking(), year, dict(request.form), refused=refused)):
        db, actor = acting()
        change_rules(db, actor.id, year, new)
    doors.commit()
    say(_("The rules hold from %(year)s on", year=year))
    return see_other(url_for("hours.rules_form", year=year))


def grades_of(db: Session) -> list[str]:
    """The grades of today's staff, and those that have a target."""
    serving = select(Posting.grade).where(Posting.on(clock.today()), Posting.grade != "").distinct()
    known = stored(db, clock.today().year)[1].grades
    return sorted({*db.scalars(serving), *known})[:_SHOWN_GRADES]


def _year() -> int:
    return year_or_none("year") or clock.today().year


def _values(said: Rules, grades: list[str]) -> dict[str, str]:
    """What stands in the fields, by their names."""
    numbers: dict[str, int | None] = {"hours": said.hours}
    numbers |= {f"grade-{place}": said.grades.get(grade) for place, grade in enumerate(grades)}
    numbers |= {f"cap-{type_}": hours for type_, hours in said.caps.items()}
    return {name: str(number) for name, number in numbers.items() if number is not None} | {
        f"name-{key}": name for key, name in said.names.items()
    }


def _page(
    db: Session, year: int, values: Mapping[str, str], faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> str:  # fmt: skip
    since, said = stored(db, year)
    known = [*(kind.value for kind in Kind), *OUTSIDE]
    return render_template(
        "hours/rules.html",
        year=year,
        since=since,
        years=sorted({clock.today().year, clock.today().year + 1, *years(db)}, reverse=True),
        values=values,
        faults=faults or {},
        error=words(refused.message) if refused else "",
        grades=list(enumerate(grades_of(db))),
        types=[(type_, type_name(said, type_)) for type_ in known],
        own=OWN,
        usual=doors.current_organisation().target_hours,
    )
