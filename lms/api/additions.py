"""Many people put into a run at once, by numbers and names as they are pasted, or by who they are."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.enrolment import adding, naming
from courses.enrolment.adding import MOST
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Status
from courses.enrolment.naming import Candidate, Line
from courses.errors import Refused
from courses.people.actor import Actor
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Choice, Lines, Several, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting
from lms.web.assignment.adding import near_to

additions = Resource("additions", text("Many people at once"))


class Step(enum.StrEnum):
    """Whether people are only looked at, or added."""

    LOOK = "look"
    ADD = "add"


class Many(Schema):
    pasted = Lines(20_000, load_default="", metadata={"description": "Employee numbers or names, a line each"})
    people = Several(
        Whole(), MOST, load_default=(), metadata={"description": "Ids of persons, as chosen among namesakes"}
    )
    motive = Words(400, load_default="")
    reason = Words(400, load_default="", metadata={"description": "The officer's, where the list is frozen"})
    step = Choice(Step, required=True)


class AddedItem(Schema):
    """`status`: null while they are only looked at."""

    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)


class NotAddedItem(AddedItem):
    code = fields.String(required=True)
    detail = fields.String(required=True)


class MeantItem(Schema):
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)


class UnclearItem(Schema):
    """A line that means several people, to choose from, or nobody."""

    line = fields.Integer(required=True)
    said = fields.String(required=True)
    people = fields.List(fields.Nested(MeantItem), required=True)
    detail = fields.String(required=True)


class Additions(Schema):
    added = fields.List(fields.Nested(AddedItem), required=True)
    refused = fields.List(fields.Nested(NotAddedItem), required=True)
    unclear = fields.List(fields.Nested(UnclearItem), required=True)


@additions.operation(
    "POST",
    "/runs/<int:run_id>/additions",
    text("Put many people into a run"),
    Permission.NOMINATE,
    Additions,
    body=Many,
    example={"pasted": "20030001\n홍길동", "step": "look"},
)
def add(wanted: dict[str, Any], run_id: int) -> Response:
    """Officers add anybody, heads and clerks those of their own units. Who is refused holds up nobody else."""
    db, actor = acting()
    officer = may(actor, Permission.PLAN)
    reach = visible(actor, Run, Permission.PLAN if officer else Permission.LEARN)
    run = db.scalar(select(Run).where(Run.id == run_id, reach)) or abort(404)
    people, unclear = _understood(db, actor, wanted)
    statuses, refused = _do(db, actor, run, list(people), wanted)
    doors.commit()
    return answer(
        {
            "added": [_person(people[id_], status) for id_, status in statuses.items()],
            "refused": [
                _person(people[id_], None) | {"code": why.code, "detail": why.message} for id_, why in refused.items()
            ],
            "unclear": [_unclear(line) for line in unclear],
        }
    )


def _understood(db: Session, actor: Actor, wanted: dict[str, Any]) -> tuple[dict[int, Candidate], list[Line]]:
    """Whom it means for sure, by id; and the lines that mean several or nobody."""
    near = near_to(actor)
    lines = naming.find(db, wanted["pasted"], near)
    sure = [line.person for line in lines if line.person] + naming.chosen(db, wanted["people"], near)
    people = {one.id: one for one in sure}
    if len(people) > MOST:
        raise Refused(text("At most %(n)s people at once. Send the others by themselves", n=MOST), code="many")
    return people, [line for line in lines if not line.person]


def _do(
    db: Session, actor: Actor, run: Run, ids: list[int], wanted: dict[str, Any]
) -> tuple[Mapping[int, Status | None], Mapping[int, Refused]]:
    route = Route.OFFICER if may(actor, Permission.PLAN) else Route.CLERK
    if wanted["step"] is Step.LOOK:
        refused = adding.check(db, run, ids, route, motive=wanted["motive"])
        return {id_: None for id_ in ids if id_ not in refused}, refused
    reason = wanted["reason"] if route is Route.OFFICER else ""
    added = adding.add(db, actor.id, run.id, ids, route, motive=wanted["motive"], reason=reason)
    return added.statuses, dict(added.refused)


def _person(one: Candidate, status: Status | None) -> dict[str, Any]:
    return {
        "person_id": one.id,
        "name": one.name,
        "employee_no": one.employee_no,
        "unit": one.unit,
        "status": status,
    }


def _unclear(line: Line) -> dict[str, Any]:
    people = [{"person_id": one.id, "name": one.name, "unit": one.unit} for one in line.people]
    return {"line": line.number, "said": line.said, "people": people, "detail": line.problem or ""}
