from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.catalogue.queries import minutes_in_class
from courses.catalogue.targets import target_of
from courses.catalogue.words import KINDS, LEVELS
from courses.db import KEY, rows
from courses.enrolment import listing
from courses.enrolment.listing import Wanted
from courses.enrolment.models import Status
from courses.enrolment.queries import clashes
from courses.people.models import Person
from courses.permissions import Permission, may, shown_to_all, visible
from courses.scheduling.models import Run, RunInstructor
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import words
from lms.web.answers import found, here, is_fragment, page_number, selected
from lms.web.catalogue.answers import box, on_grounds
from lms.web.catalogue.cards import Cards
from lms.web.catalogue.completing import what_it_takes
from lms.web.catalogue.days import days_of
from lms.web.catalogue.links import board_of, places_for
from lms.web.formats import hours, month, month_long

pages = Blueprint("catalogue", __name__)

Choice = tuple[str, str, str, bool]
"""One filter: name and value of its field, words, chosen."""

_LONGEST = 80


@pages.get("/runs")
@permit(Permission.LEARN)
def index() -> Response:
    """The runs on offer: searched, filtered, a page at a time. The address holds all of it."""
    db, actor, wanted = doors.session(), me(), _wanted()
    page = page_number()
    runs = listing.runs(db, actor.id, wanted, page)
    cards = Cards(actor, shareless=listing.shareless(db, actor.id, runs))
    met = clashes(db, actor.id, [run.id for run in runs])
    results = {
        "cards": [cards.card(run, met.get(run.id)) for run in runs],
        "total": runs[0].total if runs else 0,
        "wanted": wanted,
        "page": page,
        "last": -(-runs[0].total // listing.PAGE) if runs else 1,
        "page_url": lambda number: here(page=number),
    }
    if is_fragment() and request.headers.get("HX-Target") == "div#results":
        answer = make_response(render_template("catalogue/results.html", **results))
    else:
        filters = {"kinds": _kinds(wanted), "months": _months(db, wanted)}
        answer = make_response(render_template("catalogue/index.html", **results, **filters))
    answer.headers["Vary"] = "HX-Request, Cookie"  # the same address, with and without its frame
    return answer


@pages.get("/runs/<int:run_id>")
@permit(Permission.LEARN)
def show(run_id: int) -> str:
    """One run: when, where, who, what it takes, and the seat."""
    db, actor = doors.session(), me()
    run = _run(run_id)
    teachers = rows(db, _TEACHERS, {"run": run.id}).all()
    teaches, listed = actor.id in {teacher.id for teacher in teachers}, listing.run(db, actor.id, run.id)
    return render_template(
        "catalogue/show.html",
        run=run,
        box=box(db, actor, run, listed),
        days=days_of(db, run.id),
        teachers=[teacher.name for teacher in teachers],
        kind=KINDS[run.course.kind],
        level=LEVELS[run.course.level],
        kinds=KINDS,
        parts=_parts(run.course),
        recognised=run.course.recognised_minutes,
        target=target_of(db, run.course),
        rules=what_it_takes(run),
        links=[
            *board_of(actor, run, inside=teaches or listed.status is Status.ENROLLED),
            *places_for(actor, run, teaches),
        ],
        marks=teaches or may(actor, Permission.PLAN),
    )


@pages.get("/runs/<int:run_id>/grounds")
@permit(Permission.LEARN)
def grounds(run_id: int) -> str:
    """On what a place in the run depends for the reader, by itself or, opened on the run's page, as its rows."""
    run = _run(run_id)
    template = "catalogue/grounds_rows.html" if is_fragment() else "catalogue/grounds.html"
    return render_template(template, run=run, rows=on_grounds(doors.session(), me(), run))


def _run(run_id: int) -> Run:
    run = doors.looking().scalar(_OF_ALL, {"run": run_id})
    reach = or_(visible(me(), Run), visible(me(), Run, Permission.TEACH))
    return run or found(_RUN.where(reach), {"run": run_id})


def _parts(course: Course) -> list[str]:
    """'집합 14시간', '사이버 6시간': the parts of a blended course; nothing of others."""
    in_class = minutes_in_class(course)
    if course.kind is not Kind.BLENDED or not in_class:
        return []
    both = ((Kind.CLASSROOM, in_class), (Kind.CYBER, course.minutes - in_class))
    return [f"{words(KINDS[kind])} {hours(minutes)}" for kind, minutes in both]


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        words=args.get("q", "").strip()[:_LONGEST],
        kinds=tuple(Kind(value) for value in selected(args.getlist("kind"), Kind)),
        months=tuple(asked for value in args.getlist("month") if (asked := _month(value))),
        free="free" in args,
    )


def _kinds(wanted: Wanted) -> list[Choice]:
    return [("kind", kind.value, words(label), kind in wanted.kinds) for kind, label in KINDS.items()]


def _months(db: Session, wanted: Wanted) -> list[Choice]:
    """The months to choose from. One that is asked for stays, though nothing starts in it."""
    known = sorted({*listing.months(db), *wanted.months})
    return [
        ("month", f"{year}-{number:02}", _month_name(date(year, number, 1)), (year, number) in wanted.months)
        for year, number in known
    ]


def _month_name(first: date) -> str:
    """With the year where it is not this one."""
    return month(first) if first.year == clock.today().year else month_long(first)


def _month(value: str) -> tuple[int, int] | None:
    """'2026-12' → (2026, 12); anything else counts as not given."""
    match = re.fullmatch(r"(2[0-9]{3})-(0[1-9]|1[0-2])", value)
    return (int(match[1]), int(match[2])) if match else None


_run_id = bindparam("run", type_=KEY)
_RUN = select(Run).options(joinedload(Run.course).selectinload(Course.subjects)).where(Run.id == _run_id)
_OF_ALL = _RUN.where(shown_to_all())
"""What nearly everybody asks for is built once: that costs more than running it."""
_TEACHERS = (
    select(Person.id, Person.name)
    .join(RunInstructor, RunInstructor.person_id == Person.id)
    .where(RunInstructor.run_id == _run_id)
    .order_by(RunInstructor.position, Person.id)
)
