"""Week and month: by room, by instructor, by course; and what a person has to go to. The address holds all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import abort, render_template

from courses import clock
from courses.permissions import Permission, may
from courses.reporting.timetable import concerning
from courses.scheduling import timetable as times
from courses.scheduling.holidays import Calendar, calendar
from courses.scheduling.models import RunState
from courses.scheduling.timetable import COURSE, INSTRUCTOR, ROOM, Block, Meeting, Named, Which
from lms import db as doors
from lms.auth.guard import me, permit
from lms.i18n import _
from lms.web.formats import day as day_name
from lms.web.formats import weekday
from lms.web.scheduling import calendars, grid
from lms.web.scheduling.asked import MONTH, WEEK, Asked, asked
from lms.web.scheduling.blueprint import pages

_WORKING_DAYS, _DAY = 5, timedelta(days=1)
_ONE = {ROOM: times.in_room, INSTRUCTOR: times.taught_by, COURSE: times.of_course}


@dataclass(frozen=True)
class Shown:
    """What is shown of whom. `own`: what the reader teaches; `full`: people included."""

    asked: Asked
    which: tuple[Which, ...]
    own: Which
    things: Sequence[Named]
    full: bool
    office: Calendar

    def title(self, one: Block | Meeting) -> str:
        """The course, or only that something is there: drafts are nobody else's business."""
        secret = one.state is RunState.DRAFT and not (self.full or one.own)
        return _("Taken") if secret else one.title

    def run_name(self, one: Block | Meeting) -> str:
        """Where its course stands above it, a session is known by its run."""
        return _("Run %(n)s", n=one.number)

    def detail(self, block: Block) -> str:
        """Run, room and people, as far as they are new to the reader and may be known."""
        known = self.title(block) != block.title or (self.asked.by == COURSE and not self.asked.mine)
        run = "" if known else _("Run %(n)s", n=block.number)
        place = "" if self.asked.by == ROOM and not self.asked.mine else block.place
        people = block.teachers if (self.full or self.asked.mine) and self.asked.by != INSTRUCTOR else ""
        return " · ".join(part for part in (run, place, people) if part)

    def link(self, one: Block | Meeting) -> str | None:
        """Where one goes on: to move it, to take attendance, or to the run's page."""
        if self.full:
            return f"/sessions/{one.session_id}/move"
        if one.own:
            return f"/sessions/{one.session_id}/attendance"
        return None if one.state is RunState.DRAFT else f"/runs/{one.run_id}"


@pages.get("/timetable")
@permit(Permission.TEACH)
def timetable() -> str:
    """Officers see everything; instructors what they teach, published courses, and when rooms are taken."""
    full = may(me(), Permission.PLAN)
    wanted = asked(ROOM if full else INSTRUCTOR)
    if wanted.by == INSTRUCTOR and not full:
        wanted = _oneself(wanted)
    known = () if full else (times.known_to(me().id),)
    things = _things(wanted, full, known)
    thing = _chosen(wanted, things)
    which = [_ONE[wanted.by](thing.id)] if thing else []
    if wanted.by == COURSE:
        which += known
    return _page(Shown(wanted, tuple(which), times.of_runs_of(me().id), things, full, calendar(doors.session())), thing)


@pages.get("/my-timetable")
@permit(Permission.LEARN)
def my_timetable() -> str:
    """What one has to go to, to learn or to teach."""
    wanted = replace(asked(COURSE, mine=True), by=COURSE, of=me().id)
    which, own = (concerning(me().id),), times.taught_by(me().id)
    return _page(Shown(wanted, which, own, (), False, calendar(doors.session())), None)


def _oneself(wanted: Asked) -> Asked:
    if wanted.of not in (None, me().id):
        abort(404)
    return replace(wanted, of=me().id)


def _things(wanted: Asked, full: bool, known: tuple[Which, ...]) -> Sequence[Named]:
    """What can be chosen."""
    db = doors.session()
    if wanted.by == ROOM:
        return times.rooms(db, wanted.first)
    if wanted.by == COURSE:
        return times.courses(db, wanted.on, *known)
    return times.instructors(db, wanted.on) if full else [Named(me().id, me().name)]


def _chosen(wanted: Asked, things: Sequence[Named]) -> Named | None:
    """The one asked for; 404 where there is none. One that has nothing around that day is asked for by its id."""
    if wanted.of is None:
        return None
    thing = next((one for one in things if one.id == wanted.of), None) or times.name_of(
        doors.session(), wanted.by, wanted.of
    )
    if thing is None:
        abort(404)
    return thing


def _page(shown: Shown, thing: Named | None) -> str:
    wanted = shown.asked
    content = _month(shown) if wanted.view == MONTH else _week(shown) if wanted.of else _lines(shown)
    empty = not content.pop("count")
    return render_template(
        "scheduling/timetable.html",
        asked=wanted,
        things=shown.things,
        thing=thing,
        today=clock.today(),
        full=shown.full,
        empty=empty,
        upcoming=times.next_day(doors.session(), wanted.last, *shown.which) if empty else None,
        day_url=_day_url(wanted),
        thing_url=wanted.url(of=""),
        **content,
    )


def _day_url(wanted: Asked) -> Callable[[date], str]:
    """The address of the week around any day: that of one, with the other in its place."""
    before, _, after = wanted.url(view=WEEK).partition(str(wanted.on))
    return lambda day: f"{before}{day}{after}"


def _week(shown: Shown) -> dict[str, Any]:
    """One thing's week by the hour; of a room also when it is free."""
    first = shown.asked.first
    blocks = times.week(doors.session(), first, *shown.which, own=shown.own)
    days = [day for day in (first + n * _DAY for n in range(_WORKING_DAYS)) if shown.office.is_working(day)]
    free = times.free_times(blocks, days) if shown.asked.by == ROOM else []
    title = shown.run_name if shown.asked.by == COURSE and not shown.asked.mine else shown.title
    week = grid.week(blocks, first, shown.office, link=shown.link, title=title, detail=shown.detail, free=free)
    return {"week": week, "count": len(blocks)}


def _lines(shown: Shown) -> dict[str, Any]:
    """Everybody's week: a line for each room, or for each instructor and course that has something."""
    wanted = shown.asked
    meetings = times.meetings(doors.session(), wanted.by, wanted.first, wanted.last, *shown.which, own=shown.own)
    days = max([_WORKING_DAYS, *(clock.local(one.starts_at).isoweekday() for one in meetings)])
    title = shown.run_name if wanted.by == COURSE else shown.title
    lines = calendars.lines(meetings, shown.things, days, title, shown.link)
    heads = [wanted.first + n * _DAY for n in range(days)]
    return {
        "lines": [line for line in lines if line.count or wanted.by == ROOM],
        "days": [(f"{weekday(day)} {day.day}", day_name(day), grid.off_name(shown.office, day)) for day in heads],
        "count": len(meetings),
    }


def _month(shown: Shown) -> dict[str, Any]:
    """One thing's month with what takes place; everybody's is counted."""
    db, (first, last) = doors.session(), (shown.asked.first, shown.asked.last)
    if shown.asked.of is None:
        begins = times.begins(db, first, last, *shown.which)
        return {"weeks": calendars.counted(begins, first, last, shown.office), "count": len(begins)}
    meetings = times.meetings(db, COURSE, first, last, *shown.which, own=shown.own)
    weeks = calendars.named(meetings, first, last, shown.office, shown.title, shown.link)
    return {"weeks": weeks, "count": len(meetings)}
