from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.people.models import OrgUnit
from courses.permissions import Permission
from courses.reporting import departments as by_department
from courses.reporting import headcounts, queue, timetable
from courses.reporting import training as by_kind
from courses.reporting.departments import LEVEL_NAMES, Level
from courses.reporting.queue import Task
from courses.reporting.report import Form, Report
from courses.scheduling.holidays import calendar
from courses.scheduling.timetable import in_room, monday
from courses.scheduling.timetable import week as blocks_of
from lms.auth.guard import permit
from lms.db import session
from lms.web.answers import day_or_none, found, key, year_or_none
from lms.web.reporting import exploring, keeping, transcripts
from lms.web.reporting.blueprint import pages
from lms.web.reporting.files import as_of, report_file
from lms.web.reporting.tasks import TASKS, card, open_at, owed
from lms.web.scheduling import grid

__all__ = ["exploring", "keeping", "pages", "transcripts"]


@pages.get("/operations")
@permit(Permission.PLAN)
def operations() -> str:
    """What is stuck?"""
    db = session()
    first = monday(day_or_none("week") or clock.today())
    rooms = timetable.rooms(db, first)
    room = _room(rooms)
    year = headcounts.latest_judged_year(db)
    return render_template(
        "reporting/operations.html",
        cards=[*(card(count) for count in queue.counts(db)), *owed(db)],
        today=clock.today(),
        rooms=rooms,
        room=room,
        first=first,
        last=first + timedelta(days=6),
        previous=first - timedelta(days=7),
        next=first + timedelta(days=7),
        week=_week(db, room.id, first) if room else None,
        year=year,
        bars=[_bar(*row) for row in by_department.bars(db, year)] if year else [],
    )


def _week(db: Session, room_id: int, first: date) -> grid.Week:
    blocks = blocks_of(db, first, in_room(room_id))
    return grid.week(blocks, first, calendar(db), link=lambda block: f"/sessions/{block.session_id}/move")


@pages.get("/operations/work/<string:task>")
@permit(Permission.PLAN)
def work(task: str) -> str:
    """The things behind a number of the work queue."""
    if task not in set(Task):
        abort(404)
    rows = queue.waiting(session(), Task(task))
    links = {row.id: open_at(Task(task), row.id) for row in rows}
    return render_template("reporting/work.html", rows=rows, task=TASKS[Task(task)], links=links)


@pages.get("/reports/training")
@permit(Permission.REPORT)
def training() -> str:
    """The training table of a year."""
    return _page("reporting/training.html", by_kind.training(session(), _year()))


@pages.get("/reports/training.<string:form>")
@permit(Permission.REPORT)
def training_file(form: str) -> Response:
    """The same as CSV or workbook."""
    return report_file(by_kind.training(session(), _year()), form)


@pages.get("/reports/departments")
@permit(Permission.REPORT)
def departments() -> str:
    """Completion by department, in official order."""
    level, within = _level(), _within()
    report = by_department.departments(session(), _year(), level, within.id if within else None)
    deeper = {Level.BUREAU: Level.DIVISION, Level.DIVISION: Level.TEAM}.get(level)
    return _page("reporting/departments.html", report, level=level, levels=LEVEL_NAMES, within=within, deeper=deeper)


@pages.get("/reports/departments.<string:form>")
@permit(Permission.REPORT)
def departments_file(form: str) -> Response:
    """The same as CSV or workbook."""
    within = _within()
    report = by_department.departments(session(), _year(), _level(), within.id if within else None)
    return report_file(report, form)


def _bar(name: str, judged: int, completed: int) -> tuple[str, list[float]]:
    """A bar's parts of 100: completed, rounded down to one decimal, and the rest."""
    rate = completed * 1000 // judged
    return name, [rate / 10, (1000 - rate) / 10]


def _page(template: str, report: Report[Any], **more: Any) -> str:
    years = headcounts.years(session())
    return render_template(
        template,
        report=report,
        years=sorted({*years, report.year}, reverse=True),
        as_of=as_of(report),
        Form=Form,
        **more,
    )


def _year() -> int:
    """The year asked for, else the newest in which a training ended."""
    return year_or_none("year") or headcounts.latest_judged_year(session()) or clock.today().year


def _level() -> Level:
    asked = request.args.get("level", "")
    return Level(asked) if asked in set(Level) else Level.BUREAU


def _within() -> OrgUnit | None:
    """The unit one looks into; an unknown one is a 404."""
    asked = request.args.get("within", type=key)
    return found(select(OrgUnit).where(OrgUnit.id == asked)) if asked is not None else None


def _room(rooms: Any) -> Any:
    """The room asked for, else the first in which something takes place, else the first."""
    asked = request.args.get("room", type=key)
    chosen = [room for room in rooms if room.id == asked] or [room for room in rooms if room.sessions] or rooms
    return chosen[0] if chosen else None
