"""Selecting for a run down its ranked list, and its quotas."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select as rows
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.enrolment import allotment, quotas
from courses.enrolment import selection as rules
from courses.enrolment.allocation import Share
from courses.enrolment.approvals import Refusals
from courses.enrolment.models import Status
from courses.enrolment.order import Criterion
from courses.enrolment.quotas import Standing
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, require_match
from lms.api.fields import Several, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me

selection = Resource("selection", text("Selection"))
_MOST_SEATS = 9999


class CandidateItem(Schema):
    """Somebody to select. `share` is what selecting down the list would come to; only `seat` is one."""

    id = fields.Integer(required=True)
    place = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True)
    grade = fields.String(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    motive = fields.String(required=True)
    rank = fields.Integer(required=True, allow_none=True)
    mandatory = fields.Boolean(required=True)
    taken = fields.Boolean(required=True, metadata={"description": "Took the course before"})
    waited = fields.Boolean(required=True, metadata={"description": "An earlier run had no seat"})
    approved_at = fields.DateTime(required=True)
    criterion = fields.Enum(
        Criterion, by_value=True, required=True, metadata={"description": "What puts them before the next one"}
    )
    because = fields.String(required=True, metadata={"description": "The same in words"})
    share = fields.Enum(Share, by_value=True, required=True)


class RefusedItem(Schema):
    id = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class RankedList(Schema):
    """The list as it stands, and, after a decision, whom it could not be made for."""

    closed = fields.String(
        required=True, allow_none=True, metadata={"description": "Why nobody can be selected now; null: one can"}
    )
    items = fields.List(fields.Nested(CandidateItem), required=True)
    unapproved = fields.List(fields.Integer(), required=True, metadata={"description": "Applications not approved yet"})
    refused = fields.List(fields.Nested(RefusedItem), required=True)


class Chosen(Schema):
    select = Several(
        Whole(), required=True, metadata={"description": "Applications that get a seat, in the order of the list"}
    )
    wait = Several(Whole(), metadata={"description": "Those that wait, numbered in the order of the list"})


class Declined(Schema):
    enrolments = Several(Whole(), required=True)
    reason = Words(400, required=True, metadata={"description": "They read it"})


class QuotaItem(Schema):
    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    floor = fields.Integer(required=True, metadata={"description": "Seats held for the unit"})
    cap = fields.Integer(required=True, allow_none=True, metadata={"description": "At most so many; null: any number"})
    taken = fields.Integer(required=True)


class QuotaList(Schema):
    items = fields.List(fields.Nested(QuotaItem), required=True)


class QuotaWanted(Schema):
    unit_id = Whole(required=True)
    floor = Whole(0, _MOST_SEATS, load_default=0)
    cap = Whole(0, _MOST_SEATS, allow_none=True, load_default=None)


class QuotasWanted(Schema):
    quotas = Several(fields.Nested(QuotaWanted), required=True)


@selection.operation(
    "GET",
    "/runs/<int:run_id>/selection",
    text("The ranked list of a run"),
    Permission.PLAN,
    RankedList,
)
def show(run_id: int) -> Response:
    """Everybody to decide on, in order, each with the reason of their place."""
    return answer(_list(doors.session(), _run(doors.session(), me(), run_id)))


@selection.operation(
    "POST",
    "/runs/<int:run_id>/selection",
    text("Select from the list"),
    Permission.PLAN,
    RankedList,
    body=Chosen,
    example={"select": [12, 7], "wait": [9]},
)
def select(chosen: dict[str, Any], run_id: int) -> Response:
    """In one transaction. Whoever may not have a seat stays undecided and stands in `refused`, with the reason."""
    db, actor = acting()
    _run(db, actor, run_id)
    refused: Refusals = []
    if ids := chosen["select"]:
        refused += rules.select(db, actor.id, run_id, ids)
    if ids := chosen.get("wait"):
        refused += rules.wait(db, actor.id, run_id, ids)
    return _decided(db, actor, run_id, refused)


@selection.operation(
    "POST",
    "/runs/<int:run_id>/non-selection",
    text("Do not select people"),
    Permission.PLAN,
    RankedList,
    body=Declined,
    example={"enrolments": [9], "reason": "정원 초과"},
)
def decline(chosen: dict[str, Any], run_id: int) -> Response:
    """With the reason that they read. Those decided on already stand in `refused`."""
    db, actor = acting()
    _run(db, actor, run_id)
    return _decided(db, actor, run_id, rules.decline(db, actor.id, run_id, chosen["enrolments"], chosen["reason"]))


@selection.operation("GET", "/runs/<int:run_id>/quotas", text("The quotas of a run"), Permission.PLAN, QuotaList)
def held(run_id: int) -> Response:
    """By unit in official order; none: its seats are everybody's."""
    return answer(_quotas(doors.session(), _run(doors.session(), me(), run_id)))


@selection.operation(
    "PUT",
    "/runs/<int:run_id>/quotas",
    text("Set the quotas of a run"),
    Permission.PLAN,
    QuotaList,
    body=QuotasWanted,
    example={"quotas": [{"unit_id": 4, "floor": 2, "cap": 5}]},
)
def hold(wanted: dict[str, Any], run_id: int) -> Response:
    """In place of those there are. Who waits and may have a seat by them gets it."""
    db, actor = acting()
    run = _run(db, actor, run_id)
    require_match(_quotas(db, run))
    allotment.set_quotas(db, actor.id, run, _asked(wanted))
    body = _quotas(db, run)
    doors.commit()
    return answer(body)


@selection.operation(
    "POST",
    "/runs/<int:run_id>/quotas/trial",
    text("Try other quotas"),
    Permission.PLAN,
    RankedList,
    body=QuotasWanted,
    example={"quotas": [{"unit_id": 4, "floor": 2, "cap": 5}]},
)
def attempt(wanted: dict[str, Any], run_id: int) -> Response:
    """The ranked list as it would be under them. Nothing is set."""
    db = doors.session()
    run = _run(db, me(), run_id)
    held, _ = allotment.standing_under(db, run, _asked(wanted))
    return answer(_list(db, run, under=held))


def _asked(wanted: dict[str, Any]) -> allotment.Quotas:
    return {one["unit_id"]: (one["floor"], one["cap"]) for one in wanted["quotas"]}


def _run(db: Session, actor: Actor, run_id: int) -> Run:
    return db.scalar(rows(Run).where(Run.id == run_id, visible(actor, Run, Permission.PLAN))) or abort(404)


def _decided(db: Session, actor: Actor, run_id: int, refused: Refusals) -> Response:
    body = _list(db, _run(db, actor, run_id), refused)
    doors.commit()
    return answer(body)


def _list(
    db: Session, run: Run, refused: Refusals | None = None, under: list[Standing] | None = None
) -> dict[str, Any]:
    now, closed = rules.proposal(db, run), rules.closed_to(run, organisation(db))
    if under is not None:
        now = now.under(run, under)
    shares = now.allocation.shares
    return {
        "closed": closed.message if closed else None,
        "items": [
            {
                **{name: getattr(one.candidate, name) for name in _PLAIN},
                "place": one.place,
                "criterion": one.criterion,
                "because": one.because,
                "share": shares[one.candidate.id],
            }
            for one in now.people
        ],
        "unapproved": [one.id for one in now.unapproved],
        "refused": [{"id": id_, "code": reason.code, "detail": reason.message} for id_, reason in refused or ()],
    }


_PLAIN = [name for name in CandidateItem().fields if name not in ("place", "criterion", "because", "share")]


def _quotas(db: Session, run: Run) -> dict[str, Any]:
    found = quotas.standing(db, run.id)
    return {
        "items": [
            {"unit_id": one.unit_id, "unit": one.path, "floor": one.floor, "cap": one.cap, "taken": one.taken}
            for one in found
        ]
    }
