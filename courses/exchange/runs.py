"""Runs of the past: key 과정코드, 차수 and the year of 시작일. No sessions; their results come as evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.exchange.columns import Column, choice, code, day, integer
from courses.exchange.plan import Merge, Options, Plan, differences, singles
from courses.exchange.reading import Row
from courses.scheduling.models import Mode, Run, RunState
from courses.text import initials, search_key, text

MODES = {
    "선발": Mode.SELECTION,
    "선착순": Mode.FIRST_COME,
    "추첨": Mode.DRAW,
    "지정": Mode.ASSIGNED,
    "상시": Mode.OPEN,
    **{mode.value: mode for mode in Mode},
}
COLUMNS = (
    Column("course_code", "과정코드", ("course code", "course"), convert=code),
    Column("number", "차수", ("run number", "run", "run_number"), convert=integer(1, 10_000)),
    Column("starts_on", "시작일", ("start", "first day"), convert=day),
    Column("ends_on", "종료일", ("end", "last day"), convert=day),
    Column("capacity", "정원", ("capacity",), required=False, convert=integer(1, 100_000)),
    Column("mode", "모집방식", ("mode",), required=False, convert=choice(MODES)),
)
_DATES = {"starts_on", "ends_on"}


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Past runs are added or changed. A run that was planned here, or is closed, keeps its dates."""
    result = Plan()
    courses = {
        course.code: course for course in db.execute(select(Course.code, Course.id, Course.title, Course.scored))
    }
    stored = _stored(db)
    merge = Merge(result, "run", stored)
    for row in _single(result, rows):
        course, first = courses.get(str(row.values["course_code"])), row.values["starts_on"]
        assert isinstance(first, date)
        if course is None:
            _unknown_course(result, row)
            continue
        key: Any = (course.id, first.year, row.values["number"])
        wanted = _wanted(row, stored.get(key))
        if _possible(result, row, wanted, stored.get(key)):
            fixed = {
                "course_id": course.id,
                "year": first.year,
                "number": row.values["number"],
                "title": course.title,
                "scored": course.scored,
            }
            shown = f"{row.values['course_code']} {first.year}-{row.values['number']}"
            merge.take(row, key, shown, course.title, wanted if key in stored else fixed | wanted)
    result.write = lambda db, actor_id, retire: merge.write(db, actor_id, Run, _columns)
    return result


def _single(result: Plan, rows: Sequence[Row]) -> list[Row]:
    """The rows whose key (with the year) is unique. The year stands in the date, so it is added for the comparison."""
    dated = [Row(row.number, {**row.values, "year": getattr(row.values["starts_on"], "year", 0)}) for row in rows]
    return list(singles(result, dated, "course_code", "number", "year"))


def _stored(db: Session) -> dict[tuple[int, int, int], Mapping[str, Any]]:
    runs = db.execute(
        select(
            Run.id,
            Run.course_id,
            Run.year,
            Run.number,
            Run.starts_on,
            Run.ends_on,
            Run.capacity,
            Run.mode,
            Run.taken,
            Run.imported,
            Run.state,
        )
    )
    return {(run.course_id, run.year, run.number): dict(run._mapping) for run in runs}


def _wanted(row: Row, stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """The row's dates and capacity; a capacity below those who took part was lifted by their evidence and stays so."""
    wanted: dict[str, Any] = {
        name: row.values[name] for name in ("starts_on", "ends_on", "capacity") if name in row.values
    }
    if row.values.get("mode"):
        wanted["mode"] = row.values["mode"]
    if stored and wanted.get("capacity") is not None:
        wanted["capacity"] = max(wanted["capacity"], stored["taken"])
    return wanted


def _unknown_course(result: Plan, row: Row) -> None:
    result.reject(
        row,
        "course_code",
        text("There is no course with this code."),
        text("Correct the code, or import the catalogue first."),
    )


def _possible(result: Plan, row: Row, wanted: dict[str, Any], stored: Mapping[str, Any] | None) -> bool:
    if wanted["ends_on"] < wanted["starts_on"]:
        result.reject(row, "ends_on", text("The run ends before it starts."), text("Correct the dates."))
    elif wanted["ends_on"] >= clock.today():
        result.reject(
            row,
            "ends_on",
            text("The run is not over yet, and this file brings in runs of the past."),
            text("Plan the run under Operations."),
        )
    elif stored and not stored["imported"]:
        result.reject(
            row,
            "number",
            text("A run with this number was planned here."),
            text("Change it on its own page, or correct the number."),
        )
    elif stored and stored["state"] == RunState.CLOSED and _redated(wanted, stored):
        result.reject(
            row,
            "starts_on",
            text("The run is closed, and its dates can no longer change."),
            text(
                "Write the dates as they were: %(first)s to %(last)s.",
                first=stored["starts_on"],
                last=stored["ends_on"],
            ),
        )
    else:
        return True
    return False


def _redated(wanted: dict[str, Any], stored: Mapping[str, Any]) -> bool:
    return any(difference.field in _DATES for difference in differences(stored, wanted))


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    if "course_id" not in values:
        return values
    title = values["title"]
    return {name: value for name, value in values.items() if name != "title"} | {
        "state": RunState.PUBLISHED,
        "imported": True,
        "published_at": clock.now(),
        "search_text": search_key(title),
        "search_initials": initials(title),
    }
