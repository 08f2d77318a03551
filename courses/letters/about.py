"""What a letter says of its run, in the form of official letters: (heading, words), those that there are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Prerequisite
from courses.catalogue.words import KINDS, LEVELS
from courses.enrolment.quotas import standing
from courses.letters import text as form
from courses.people.models import OrgUnit
from courses.scheduling.models import ClassSession, Mode, Run
from courses.text import Text, text

Line = tuple[Text, Text | str]

_MINUTES = 60

HOW = {
    Mode.SELECTION: text("each person applies in this system; head of unit approves, department ranks, HR selects"),
    Mode.FIRST_COME: text("each person applies in this system; seats go in the order of applications"),
    Mode.DRAW: text("each person applies in this system; places are drawn by lot once applications have closed"),
    Mode.ASSIGNED: text("HR says who takes part; nobody applies"),
    Mode.OPEN: text("each person applies in this system, at any time"),
}
"""How one gets a place."""


def title(run: Run) -> Text:
    """The course and which of its runs."""
    return text("“%(title)s” (%(year)s, run %(number)s)", title=run.course.title, year=run.year, number=run.number)


def when_and_where(run: Run, language: str) -> Iterator[Line]:
    """The days, the hours of the day, and the place."""
    days = form.days(run.starts_on, run.ends_on, language)
    if run.from_clock and run.until_clock:
        yield text("Period"), f"{days}, {form.hours(run.from_clock, run.until_clock)}"
    else:
        yield text("Period"), days
    if run.place or run.venue:
        yield text("Place"), run.place or run.venue


def offered(db: Session, run: Run, language: str) -> Iterator[Line]:
    """All that somebody must know who may apply."""
    course = run.course
    hours = form_hours(course.minutes)
    said = text("%(title)s (%(level)s, %(kind)s, %(hours)s hours)", title=course.title, hours=hours,
                level=LEVELS[course.level], kind=KINDS[course.kind])  # fmt: skip
    yield text("Course"), said
    if course.description:
        yield text("Purpose and content"), " ".join(course.description.split())
    yield from when_and_where(run, language)
    yield text("Number of trainees"), _seats(db, run)
    yield text("Who may apply"), who_may(db, course)
    if run.apply_from and run.apply_until:
        both = form.moment(run.apply_from, language), form.moment(run.apply_until, language)
        yield text("Applications"), " ~ ".join(both)
    yield text("How to apply"), HOW[run.mode]


def form_hours(minutes: int) -> str:
    """420 → '7', 90 → '1.5'."""
    return f"{minutes / _MINUTES:g}"


def _seats(db: Session, run: Run) -> Text:
    if run.capacity is None:
        return text("no limit")
    if standing(db, run.id):
        return text("%(n)s people (seats of each unit: see enclosure)", n=run.capacity)
    return text("%(n)s people", n=run.capacity)


def who_may(db: Session, course: Course) -> Text | str:
    """Whom the course is for: in its own words, else by its limits."""
    if course.audience:
        return " ".join(course.audience.split())
    limits = [", ".join(part) for part in (_units(db, course), course.for_services, course.for_grades) if part]
    if _required(db, course):
        limits.append(", ".join(_required(db, course)))
        return text("%(who)s; completed before: %(courses)s", who=" / ".join(limits[:-1]) or text("all staff"),
                    courses=limits[-1])  # fmt: skip
    return " / ".join(limits) or text("all staff")


def _units(db: Session, course: Course) -> list[str]:
    named = select(OrgUnit.path).where(OrgUnit.id.in_(course.for_units)).order_by(OrgUnit.position)
    return list(db.scalars(named)) if course.for_units else []


def _required(db: Session, course: Course) -> list[str]:
    before = select(Course.title).join(Prerequisite, Prerequisite.required_id == Course.id)
    return list(db.scalars(before.where(Prerequisite.course_id == course.id).order_by(Course.title)))


def first_session(db: Session, run: Run, language: str) -> str:
    """When those selected have to be there: the first session; a run without one has its first day."""
    begins = db.scalar(
        select(ClassSession.starts_at).where(ClassSession.run_id == run.id).order_by(ClassSession.starts_at).limit(1)
    )
    return form.moment(begins, language) if begins else form.day(run.starts_on, language)


def local_day(run: Run, language: str) -> str | None:
    """The last day on which one may withdraw alone."""
    return form.day(clock.local(run.cancel_until).date(), language) if run.cancel_until else None
