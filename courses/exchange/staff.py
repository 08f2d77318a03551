"""The HR directory: key 사번."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.exchange.columns import Column, choice, code, day, mail, words
from courses.exchange.plan import Difference, Entry, Options, Plan, singles
from courses.exchange.reading import Row
from courses.people.directory import Directory, Record, unit_ids
from courses.people.models import LeaveKind
from courses.people.words import LEAVE_NAMES
from courses.text import Text, text

STATES: Mapping[str, LeaveKind | None] = {
    "재직": None,
    "휴직": LeaveKind.LEAVE,
    "육아휴직": LeaveKind.PARENTAL,
    "파견": LeaveKind.SECONDMENT,
    "active": None,
    **{kind.value: kind for kind in LeaveKind},
}
STATE_NAMES: Mapping[Any, Text] = {None: text("At work"), **LEAVE_NAMES}

COLUMNS = (
    Column("employee_no", "사번", ("employee number",), convert=code),
    Column("name", "성명", ("name", "full name")),
    Column("name_roman", "영문성명", ("romanised name", "roman name"), required=False),
    Column("unit_code", "부서코드", ("unit code", "unit"), convert=code),
    Column("path", "소속", ("unit path",), required=False, convert=words(600)),
    Column("service", "직종", ("service",), required=False, convert=words(40)),
    Column("series", "직렬", ("series",), required=False, convert=words(40)),
    Column("grade", "직급", ("grade",), required=False, convert=words(40)),
    Column("post", "직위", ("post",), required=False, convert=words(40)),
    Column("duty", "담당업무", ("duty",), required=False, convert=words(40)),
    Column("mail", "전자우편", ("mail", "e-mail", "email"), required=False, convert=mail),
    Column("appointed_on", "임용일", ("appointed", "appointment"), required=False, convert=day),
    Column("state", "재직상태", ("state",), required=False, convert=choice(STATES)),
)
_PERSON = {"name": "", "name_roman": "", "mail": None}
_POSTING = ("service", "series", "grade", "post", "duty")


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Persons are added, moved, promoted, sent on leave or taken back; those not in the file are proposed as gone."""
    result = Plan()
    directory = Directory(db, options.effective or clock.today())
    units = unit_ids(db)
    for row in singles(result, rows, "employee_no"):
        unit_id = units.get(str(row.values["unit_code"]))
        if unit_id is None:
            _unknown_unit(result, row)
        elif closed_on := directory.closed(unit_id):
            _closed_unit(result, row, closed_on)
        elif problem := directory.problem(record := _record(row.values, unit_id)):
            remedy = text("Choose an effective day on or after that one.")
            result.reject(row, "unit_code", problem, remedy)
        else:
            result.note(_entry(row, changes := directory.take(record)), is_new=changes is None)
    _shared_mail(result, rows)
    gone = _gone(result, directory, rows, options)
    result.write = lambda db, actor_id, retire: directory.write(db, actor_id, gone if retire else ())
    return result


def _unknown_unit(result: Plan, row: Row) -> None:
    result.reject(
        row,
        "unit_code",
        text("There is no unit with this code."),
        text("Correct the code, or import the organisation file first."),
    )


def _closed_unit(result: Plan, row: Row, day: date) -> None:
    result.reject(
        row,
        "unit_code",
        text("This unit is closed since %(day)s.", day=day),
        text("Correct the code, or have the unit opened again first."),
    )


def _record(values: Mapping[str, Any], unit_id: int) -> Record:
    return Record(
        employee_no=values["employee_no"],
        person={name: values[name] or empty for name, empty in _PERSON.items() if name in values} | _appointed(values),
        posting={"unit_id": unit_id} | {name: values[name] or "" for name in _POSTING if name in values},
        state=values.get("state"),
        knows_state="state" in values,
    )


def _appointed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The day of appointment; an empty cell says that it is not known, not that there was none."""
    return {"appointed_on": values["appointed_on"]} if values.get("appointed_on") else {}


def _entry(row: Row, changes: list[tuple[str, object, object]] | None) -> Entry:
    differences = tuple(_difference(*change) for change in changes or ())
    return Entry(row.number, str(row.values["employee_no"]), str(row.values["name"]), differences)


def _difference(name: str, before: object, after: object) -> Difference:
    if name == "state":
        before, after = STATE_NAMES[before], STATE_NAMES[after]
    return Difference("unit_code" if name == "unit" else name, before, after)


def _shared_mail(result: Plan, rows: Sequence[Row]) -> None:
    shared = [address for address, times in Counter(row.values.get("mail") for row in rows).items() if times > 1]
    count = len([address for address in shared if address])
    if count:
        result.notes.append(
            text(
                "Mail addresses used by several persons: %(count)s. These persons sign in by employee number only.",
                count=count,
            )
        )


def _gone(result: Plan, directory: Directory, rows: Sequence[Row], options: Options) -> list[str]:
    """The numbers of those not in the file. While rows cannot be read, nobody knows who is in it."""
    if not options.complete:
        result.notes.append(text("People who are gone are listed once every row can be read."))
        return []
    gone = directory.gone({str(row.values["employee_no"]) for row in rows})
    result.gone = [Entry(0, number, name, (Difference("unit_code", unit, None),)) for number, name, unit in gone]
    return [number for number, _, _ in gone]
