"""The audit trail: who did what, when, to whom, and what was there before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Course
from courses.db import rows
from courses.events import queries
from courses.events.queries import Wanted
from courses.exchange.writing import Cell, Sheet
from courses.people.models import Person
from courses.people.queries import find
from courses.permissions import Permission
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _, words
from lms.web.answers import day_or_none, here, key
from lms.web.files import table
from lms.web.settings.blueprint import pages
from lms.web.settings.events import EVENTS
from lms.web.settings.words import details, difference

_ASKED = ("q", "kind", "run", "from", "until")
_NAMES = 200


class Names:
    """What events name: people, and runs with their courses."""

    def __init__(self, db: Session, events: Sequence[Row[Any]]) -> None:
        people = {who for event in events for who in (event.actor_id, event.person_id) if who}
        runs = {event.run_id for event in events if event.run_id}
        self.people: dict[int, str] = {row.id: row.name for row in rows(db, _PEOPLE, {"ids": list(people)}).all()}
        self.runs: dict[int, str] = {
            row.id: f"{row.title} {row.year}-{row.number}" for row in rows(db, _RUNS, {"ids": list(runs)}).all()
        }


_ids: BindParameter[int] = bindparam("ids", expanding=True)
_PEOPLE = select(Person.id, Person.name).where(Person.id.in_(_ids))
_RUNS = (
    select(Run.id, Course.title, Run.year, Run.number).join(Course, Course.id == Run.course_id).where(Run.id.in_(_ids))
)


@pages.get("/settings/audit")
@permit(Permission.ADMINISTER)
def audit() -> str:
    """A page of what happened, the latest first."""
    db, before = doors.session(), request.args.get("before", type=key)
    events, more = queries.page(db, _wanted(db), before)
    asked: dict[str, Any] = {name: request.args[name] for name in _ASKED if request.args.get(name)}
    return render_template(
        "settings/audit.html",
        events=events,
        names=Names(db, events),
        kinds=EVENTS,
        details=details,
        asked=asked,
        first=here(before=None) if before else None,
        older=here(before=events[-1].id) if more else None,
    )


@pages.get("/settings/audit.<string:form>")
@permit(Permission.ADMINISTER)
def audit_file(form: str) -> Response:
    """Everything that fits, as CSV or workbook."""
    db = doors.session()
    return table(form, [Sheet(_("Audit trail"), _headings(), _rows(db, queries.batches(db, _wanted(db))))], "audit")


def _wanted(db: Session) -> Wanted:
    typed = request.args.get("q", "").strip()[:100]
    return Wanted(
        people=tuple(find(db, typed, most=_NAMES)) if typed else None,
        kind=request.args.get("kind", "") if request.args.get("kind", "") in EVENTS else "",
        run_id=request.args.get("run", type=key),
        from_on=day_or_none("from"),
        until_on=day_or_none("until"),
    )


def _headings() -> Sequence[str]:
    return [_("When"), _("By whom"), _("What happened"), _("Person"), _("Run"), _("What changed")]


def _rows(db: Session, batches: Iterable[Sequence[Row[Any]]]) -> Iterator[Sequence[Cell]]:
    for some in batches:
        names = Names(db, some)
        for event in some:
            yield [
                clock.local(event.at), names.people.get(event.actor_id or 0), words(EVENTS.get(event.kind, event.kind)),
                names.people.get(event.person_id or 0), names.runs.get(event.run_id or 0),
                "; ".join(map(difference, details(event))),
            ]  # fmt: skip
