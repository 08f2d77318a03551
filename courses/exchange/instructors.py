"""Instructors: key 사번 for the organisation's own staff (내부), 전자우편 for others (외부)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.actions import record_all
from courses.events.facts import RoleGranted
from courses.exchange.columns import Column, choice, code, mail
from courses.exchange.plan import Entry, Merge, Options, Plan, singles
from courses.exchange.reading import Row
from courses.people.models import INITIALS, Person, Role, RoleGrant
from courses.text import initials, text

COLUMNS = (
    Column(
        "internal",
        "구분",
        ("kind", "origin"),
        convert=choice({"내부": True, "외부": False, "internal": True, "external": False}),
    ),
    Column("employee_no", "사번", ("employee number",), required=False, convert=code),
    Column("name", "성명", ("name", "full name")),
    Column("institution", "소속기관", ("institution",), required=False),
    Column("mail", "전자우편", ("mail", "e-mail", "email"), required=False, convert=mail),
)


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Own staff become instructors; others are added with their mail as the key, or changed."""
    result = Plan()
    people = _people(db)
    inside = [row for row in rows if row.values["internal"]]
    outside = [row for row in rows if not row.values["internal"]]
    granted = _internal(result, inside, people)
    merge = _external(result, outside, people)
    result.write = lambda db, actor_id, retire: _write(db, actor_id, granted, merge)
    return result


def _people(db: Session) -> dict[str, dict[str, Any]]:
    """Everybody by employee number or key, and whether the person is an instructor."""
    teaching = set(db.scalars(select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)))
    found = db.execute(
        select(
            Person.id,
            Person.employee_no,
            Person.external_key,
            Person.name,
            Person.institution,
            Person.mail,
            Person.left_on,
        )
    )
    return {
        str(person.employee_no or person.external_key): {**person._mapping, "teaches": person.id in teaching}
        for person in found
    }


def _internal(result: Plan, rows: Sequence[Row], people: Mapping[str, Mapping[str, Any]]) -> list[int]:
    """The persons who get the role."""
    granted: list[int] = []
    for row in singles(result, [row for row in rows if _has(result, row, "employee_no")], "employee_no"):
        person = people.get(str(row.values["employee_no"]))
        if person is None or person["left_on"] is not None:
            result.reject(
                row,
                "employee_no",
                text("There is no employee with this number."),
                text("Correct the number, or import the staff file first."),
            )
        elif person["name"] != row.values["name"]:
            result.reject(
                row,
                "name",
                text("This number belongs to %(name)s.", name=person["name"]),
                text("Correct the number or the name."),
            )
        else:
            entry = Entry(row.number, str(row.values["employee_no"]), person["name"])
            result.note(entry, is_new=not person["teaches"])
            granted += [] if person["teaches"] else [person["id"]]
    return granted


def _external(result: Plan, rows: Sequence[Row], people: Mapping[str, Mapping[str, Any]]) -> Merge:
    staff = {person["mail"] for person in people.values() if person["employee_no"] and person["mail"]}
    merge = Merge(result, "person", {key: person for key, person in people.items() if not person["employee_no"]})
    for row in singles(result, [row for row in rows if _has(result, row, "mail")], "mail"):
        key = str(row.values["mail"])
        if key in staff:
            result.reject(
                row,
                "mail",
                text("This mail address belongs to an employee."),
                text("Write the row as internal, with the employee number."),
            )
            continue
        merge.take(row, key, key, str(row.values["name"]), _wanted(row, merge.stored.get(key)))
    return merge


def _wanted(row: Row, stored: Mapping[str, Any] | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {"name": row.values["name"]}
    if "institution" in row.values or stored is None:
        wanted["institution"] = row.values.get("institution") or ""
    if stored is None:
        return {**wanted, "external_key": row.values["mail"], "mail": row.values["mail"]}
    return {**wanted, "teaches": True}


def _has(result: Plan, row: Row, field: str) -> bool:
    if row.values.get(field):
        return True
    internal = bool(row.values["internal"])
    result.reject(
        row,
        field,
        text("Own staff need an employee number.") if internal else text("External instructors need a mail address."),
        text("Fill in the cell, or correct whether the instructor is internal or external."),
    )
    return False


def _write(db: Session, actor_id: int | None, granted: Sequence[int], merge: Merge) -> None:
    fresh = [values["external_key"] for values in merge.new]
    merge.write(db, actor_id, Person, _columns)
    added = db.scalars(select(Person.id).where(Person.external_key.in_(fresh)))
    again = [identity for identity, changes in merge.edited if any(change.field == "teaches" for change in changes)]
    ids = [*granted, *added, *again]
    grants = [{"person_id": identity, "role": Role.INSTRUCTOR, "granted_at": clock.now()} for identity in ids]
    if grants:
        db.execute(insert(RoleGrant), grants)
    record_all(db, actor_id, [RoleGranted(identity, Role.INSTRUCTOR) for identity in ids])


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    named = {"initials": initials(values["name"])[:INITIALS]} if "name" in values else {}
    key = {"session_key": secrets.token_hex(8)} if "external_key" in values else {}
    return {name: value for name, value in values.items() if name != "teaches"} | named | key
