"""On-the-job skills, a department's half-year plan, and who has which skill."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.enrolment.models import Enrolment
from courses.people.actor import Actor
from courses.people.models import OrgUnit
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import text
from courses.workplace import matrix as having
from courses.workplace import planning, signing
from courses.workplace.matrix import Cell
from courses.workplace.planning import Half
from courses.workplace.sheets import Sheet, sheets
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me

workplace = Resource("workplace", text("Skills and plans"))

_EARLIEST, _LATEST = 1990, 2100


class SkillItem(Schema):
    """A skill of a checklist: when a coach signed it, and when the trainee confirmed."""

    skill_id = fields.Integer(required=True)
    skill = fields.String(required=True)
    coach = fields.String(required=True, allow_none=True)
    signed_at = fields.DateTime(required=True, allow_none=True)
    confirmed_at = fields.DateTime(required=True, allow_none=True)


class ChecklistItem(Schema):
    """One person's checklist in a run; `done` skills are signed and confirmed."""

    enrolment_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    number = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    open = fields.Boolean(required=True, metadata={"description": "The run is not closed"})
    done = fields.Integer(required=True)
    skills = fields.List(fields.Nested(SkillItem), required=True)


class ChecklistList(Schema):
    items = fields.List(fields.Nested(ChecklistItem), required=True)


class OwnChecklists(Schema):
    """One's own checklists, and those that one signs as a coach."""

    own = fields.List(fields.Nested(ChecklistItem), required=True)
    coached = fields.List(fields.Nested(ChecklistItem), required=True)


class SignatureRemoval(Schema):
    reason = Words(400, required=True, metadata={"description": "It is kept"})


class HalfWanted(Schema):
    year = Whole(_EARLIEST, _LATEST, metadata={"description": "Else this one"})
    half = Whole(1, 2, metadata={"description": "1: January to June; else this one"})


class SubjectItem(Schema):
    """A subject: planned for so many people in a month, and what was done."""

    course_id = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    month = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: not planned"})
    people = fields.Integer(required=True)
    runs = fields.Integer(required=True)
    attendances = fields.Integer(required=True)
    completed = fields.Integer(required=True)


class Plan(Schema):
    unit_id = fields.Integer(required=True)
    year = fields.Integer(required=True)
    half = fields.Integer(required=True)
    items = fields.List(fields.Nested(SubjectItem), required=True)


class MatrixWanted(Schema):
    course_id = Whole(metadata={"description": "By the skills of this subject, instead of by subjects"})


class SubjectColumn(Schema):
    """A subject, or a skill of one."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    has = fields.Integer(required=True, metadata={"description": "How many of the people have it"})


class HolderItem(Schema):
    """Somebody of the unit, with a cell for each column in their order."""

    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    grade = fields.String(required=True)
    cells = fields.List(fields.String(metadata={"enum": [cell.name.lower() for cell in Cell]}), required=True)


class MatrixItem(Schema):
    unit_id = fields.Integer(required=True)
    columns = fields.List(fields.Nested(SubjectColumn), required=True)
    items = fields.List(fields.Nested(HolderItem), required=True)


@workplace.operation(
    "GET", "/runs/<int:run_id>/skills", text("The skills of everybody in a run"), Permission.TEACH, ChecklistList
)
def of_run(run_id: int) -> Response:
    """For who trains the run and officers; empty where the course has no checklist."""
    db = doors.session()
    db.scalar(select(Run.id).where(Run.id == run_id, visible(me(), Run, Permission.TEACH))) or abort(404)
    return answer({"items": _items(signing.of_run(db, run_id))})


@workplace.operation(
    "GET", "/people/me/skills", text("Your checklists, and those you sign"), Permission.LEARN, OwnChecklists
)
def own() -> Response:
    """Those to sign are of open runs, by their coach of today."""
    db, actor = doors.session(), me()
    return answer({"own": _items(signing.own(db, actor.id)), "coached": _items(signing.to_sign(db, actor.id))})


@workplace.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/skills/<int:skill_id>/signature",
    text("Sign a skill as its coach"),
    Permission.LEARN,
    ChecklistItem,
)
def sign(enrolment_id: int, skill_id: int) -> Response:
    """Once more changes nothing."""
    db, actor = acting()
    signing.sign(db, actor.id, _coached(db, actor, enrolment_id), skill_id)
    return _kept(db, enrolment_id)


@workplace.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/skills/<int:skill_id>/confirmation",
    text("Confirm your own skill that is signed"),
    Permission.LEARN,
    ChecklistItem,
)
def confirm(enrolment_id: int, skill_id: int) -> Response:
    """Once more changes nothing."""
    db, actor = acting()
    mine = select(Enrolment.id).where(Enrolment.id == enrolment_id, visible(actor, Enrolment))
    signing.confirm(db, actor.id, db.scalar(mine) or abort(404), skill_id)
    return _kept(db, enrolment_id)


@workplace.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/skills/<int:skill_id>/removal",
    text("Take a signature back"),
    Permission.LEARN,
    ChecklistItem,
    body=SignatureRemoval,
    example={"reason": "다시 보니 아직 혼자 하지 못합니다"},
)
def take_back(sent: dict[str, Any], enrolment_id: int, skill_id: int) -> Response:
    """By the coach, with a reason."""
    db, actor = acting()
    signing.take_back(db, actor.id, _coached(db, actor, enrolment_id), skill_id, sent["reason"])
    return _kept(db, enrolment_id)


@workplace.operation(
    "GET",
    "/units/<int:unit_id>/workplace-plan",
    text("A unit's half-year plan, and what was done"),
    Permission.NOMINATE,
    Plan,
    query=HalfWanted,
)
def plan(wanted: dict[str, Any], unit_id: int) -> Response:
    """Subject by subject, by area and code."""
    db, now = doors.session(), Half.of(clock.today())
    _require_unit(db, unit_id)
    half = Half(wanted.get("year", now.year), wanted.get("half", now.number))
    items = [_subject(one) for one in planning.plan_of(db, unit_id, half)]
    return answer({"unit_id": unit_id, "year": half.year, "half": half.number, "items": items})


@workplace.operation(
    "GET",
    "/units/<int:unit_id>/skills",
    text("Who of a unit has which skill"),
    Permission.NOMINATE,
    MatrixItem,
    query=MatrixWanted,
)
def matrix(wanted: dict[str, Any], unit_id: int) -> Response:
    """Its people and those of all units below, in official order."""
    db, course_id = doors.session(), wanted.get("course_id")
    _require_unit(db, unit_id)
    found = having.of_skills(db, unit_id, course_id) if course_id else having.of_subjects(db, unit_id)
    columns = [{"id": one.id, "title": one.title, "area": one.group, "has": one.has} for one in found.columns]
    return answer({"unit_id": unit_id, "columns": columns, "items": [_holder(line) for line in found.lines]})


def _coached(db: Session, actor: Actor, enrolment_id: int) -> int:
    mine = select(Enrolment.id).where(Enrolment.id == enrolment_id, signing.coached_by(actor.id))
    return db.scalar(mine) or abort(404)


def _require_unit(db: Session, unit_id: int) -> None:
    reach = OrgUnit.id == unit_id, visible(me(), OrgUnit, Permission.NOMINATE)
    db.scalar(select(OrgUnit.id).where(*reach)) or abort(404)


def _kept(db: Session, enrolment_id: int) -> Response:
    (body,) = _items(signing.of_enrolment(db, enrolment_id))
    doors.commit()
    return answer(body)


def _items(rows: Any) -> list[dict[str, Any]]:
    return [_item(sheet) for sheet in sheets(rows)]


def _item(sheet: Sheet) -> dict[str, Any]:
    names = ("enrolment_id", "run_id", "title", "number", "person_id", "name", "open", "done")
    skills = [{name: getattr(one, name) for name in SkillItem().fields} for one in sheet.skills]
    return {name: getattr(sheet, name) for name in names} | {"skills": skills}


def _subject(one: planning.Line) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("course_id", "code", "title", "area", "month", "people")}
    return plain | {"runs": one.done.runs, "attendances": one.done.people, "completed": one.done.completed}


def _holder(line: having.Line) -> dict[str, Any]:
    plain = {name: getattr(line, name) for name in ("person_id", "name", "unit", "grade")}
    return plain | {"cells": [cell.name.lower() for cell in line.cells]}
