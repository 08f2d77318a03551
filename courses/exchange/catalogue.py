"""Courses and their areas: key 과정코드."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Area, Course, Kind, Level, Subject
from courses.catalogue.queries import hours_of
from courses.exchange.columns import Column, choice, code, integer, yes_no
from courses.exchange.plan import Merge, Options, Plan, missing_from_file, singles
from courses.exchange.reading import Row
from courses.exchange.writing import Cell
from courses.scheduling import summary
from courses.scheduling.models import Run
from courses.text import text

_HOUR = 60
KINDS = {
    "출석": Kind.CLASSROOM,
    "사이버": Kind.CYBER,
    "직장": Kind.WORKPLACE,
    "집합": Kind.CLASSROOM,
    "직장내 정보화교육": Kind.WORKPLACE,
    "혼합": Kind.BLENDED,
    **{kind.value: kind for kind in Kind},
}
LEVELS = {"일반": Level.GENERAL, "전문": Level.SPECIALIST, **{level.value: level for level in Level}}

COLUMNS = (
    Column("code", "과정코드", ("course code", "course_code"), convert=code),
    Column("kind", "교육형태", ("kind",), convert=choice(KINDS)),
    Column("area", "분야", ("area",), required=False),
    Column("title", "과정명", ("course title", "course")),
    Column("level", "구분", ("level",), convert=choice(LEVELS)),
    Column("hours", "교육시간", ("hours",), convert=integer(1, 2000)),
    Column("capacity", "정원", ("capacity",), required=False, convert=integer(1, 100_000)),
    Column("scored", "평가여부", ("scored",), convert=yes_no),
    Column("recognised_hours", "인정시간", ("recognised hours",), required=False, convert=integer(0, 2000)),
    Column("mandatory", "필수여부", ("mandatory",), required=False, convert=yes_no),
    Column("title_en", "영문과정명", ("course title in English", "English title"), required=False),
)
_SHORT = {Kind.CLASSROOM: "집합", Kind.CYBER: "사이버", Kind.WORKPLACE: "직장", Kind.BLENDED: "혼합"}
_EMPTY: Mapping[str, Any] = {"mandatory": False, "title_en": ""}
_LEVEL = {Level.GENERAL: "일반", Level.SPECIALIST: "전문"}


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Courses are added or changed, their areas added in order of appearance; those not in the file stay."""
    result = Plan()
    stored = _stored(db)
    held = set(db.scalars(select(Course.code).where(Course.id.in_(select(Run.course_id)))))
    merge = Merge(result, "course", stored)
    for row in singles(result, rows, "code"):
        key = str(row.values["code"])
        if _possible(result, row, stored.get(key), key in held):
            merge.take(row, key, key, str(row.values["title"]), _wanted(row))
    fresh = sum(values["kind"] is Kind.BLENDED for values in merge.new)
    if fresh:
        result.notes.append(text("%(count)s blended courses come in as drafts: add their subjects there.", count=fresh))
    missing_from_file(result, stored, rows)
    result.write = lambda db, actor_id, retire: _write(db, actor_id, merge)
    return result


def _wanted(row: Row) -> dict[str, Any]:
    """The cells; nothing written under 필수여부 is a no, under 영문과정명 no title of its own."""
    return {name: _EMPTY.get(name) if value is None else value for name, value in row.values.items()}


def lines(courses: Iterable[Course], *, korean: bool) -> tuple[list[str], list[list[Cell]]]:
    """Headings and rows of courses (areas loaded) as this import reads them."""
    headings = [column.korean if korean else column.english[0] for column in COLUMNS]
    return headings, [_line(course, korean=korean) for course in courses]


def _line(course: Course, *, korean: bool) -> list[Cell]:
    recognised = course.recognised_minutes
    return [
        course.code,
        _SHORT[course.kind] if korean else course.kind.value,
        course.area.name if course.area else "",
        course.title,
        _LEVEL[course.level] if korean else course.level.value,
        hours_of(course.minutes),
        course.capacity,
        "Y" if course.scored else "N",
        None if recognised is None else hours_of(recognised),
        "Y" if course.mandatory else "N",
        course.title_en,
    ]


def _stored(db: Session) -> dict[str, Mapping[str, Any]]:
    courses = db.execute(
        select(
            Course.id,
            Course.code,
            Course.kind,
            Area.name.label("area"),
            Course.title,
            Course.level,
            Course.minutes,
            Course.capacity,
            Course.scored,
            Course.recognised_minutes,
            Course.mandatory,
            Course.title_en,
            Course.draft,
            select(func.sum(Subject.minutes)).where(Subject.course_id == Course.id).scalar_subquery().label("divided"),
        ).outerjoin(Area, Area.id == Course.area_id)
    )
    return {
        course.code: {
            **course._mapping,
            "hours": hours_of(course.minutes),
            "recognised_hours": None if course.recognised_minutes is None else hours_of(course.recognised_minutes),
        }
        for course in courses
    }


def _possible(result: Plan, row: Row, stored: Mapping[str, Any] | None, has_runs: bool) -> bool:
    area = row.values.get("area") or (stored and stored["area"])
    if row.values["kind"] is Kind.WORKPLACE and not area:
        result.reject(
            row,
            "area",
            text("A workplace course belongs to an area."),
            text("Write its area, for example 사무자동화."),
        )
        return False
    if stored and has_runs and row.values["kind"] is not stored["kind"]:
        result.reject(
            row,
            "kind",
            text("The course has runs already; another kind would change the figures of past years."),
            text("Leave the kind as it was, or give the new course a code of its own."),
        )
        return False
    return not stored or stored["draft"] or _fits_subjects(result, row, stored)


def _fits_subjects(result: Plan, row: Row, stored: Mapping[str, Any]) -> bool:
    """The file has no subjects: what goes by them is changed on the course's page."""
    hours = row.values["hours"]
    assert isinstance(hours, int)
    if stored["divided"] and stored["divided"] != hours * _HOUR:
        result.reject(
            row,
            "hours",
            text("The subjects of the course come to %(hours)s hours.", hours=hours_of(stored["divided"])),
            text("Leave the hours as they were, or change them together with the subjects on the page of the course."),
        )
        return False
    if row.values["kind"] is Kind.BLENDED and stored["kind"] is not Kind.BLENDED:
        result.reject(
            row,
            "kind",
            text("A blended course needs subjects, and the file has none."),
            text("Leave the kind as it was, or change it together with the subjects on the page of the course."),
        )
        return False
    return True


def _write(db: Session, actor_id: int | None, merge: Merge) -> None:
    wanted = [values.get("area") for values in merge.new]
    wanted += [change.after for _, changes in merge.edited for change in changes if change.field == "area"]
    areas = _areas(db, [str(name) for name in wanted if name])

    def columns(values: dict[str, Any]) -> dict[str, Any]:
        found = {name: value for name, value in values.items() if name not in ("area", "hours", "recognised_hours")}
        if "area" in values:
            found["area_id"] = areas[values["area"]] if values["area"] else None
        if "hours" in values:
            found["minutes"] = values["hours"] * _HOUR
        if "recognised_hours" in values:
            hours = values["recognised_hours"]
            found["recognised_minutes"] = None if hours is None else hours * _HOUR
        if "code" in values:  # a new one
            found["draft"] = values["kind"] is Kind.BLENDED
        return found

    merge.write(db, actor_id, Course, columns)
    retitled = [id_ for id_, changes in merge.edited if any(change.field == "title" for change in changes)]
    summary.refresh_all(db, retitled)


def _areas(db: Session, names: Sequence[str]) -> dict[str, int]:
    """The ids of all areas by name; those not known yet are added behind the others."""
    known = set(db.scalars(select(Area.name)))
    fresh = [name for name in dict.fromkeys(names) if name not in known]
    if fresh:
        last = db.scalar(select(func.coalesce(func.max(Area.position), 0))) or 0
        db.execute(insert(Area), [{"name": name, "position": last + n} for n, name in enumerate(fresh, 1)])
    return {area.name: area.id for area in db.execute(select(Area.name, Area.id))}
