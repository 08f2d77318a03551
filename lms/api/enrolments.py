"""Enrolments: seats and places in the queue, taken and given up."""

from __future__ import annotations

from typing import Any

from flask import abort, g, url_for
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.enrolment import actions, offering
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.actor import Actor
from courses.people.models import Person
from courses.people.queries import by_key
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, invalid, require_match
from lms.api.fields import Choice, Several, Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.runs import reach as reach_of_runs
from lms.api.schemas import Paged, page_of
from lms.auth.guard import acting, me
from lms.i18n import _
from lms.web.enrolment.queues import look_again

enrolments = Resource("enrolments", text("Enrolments"))


class EnrolmentItem(Schema):
    """A person's place in a run: one for ever; status says where it stands, outcome how it ended."""

    id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    title = fields.String(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True, allow_none=True)
    status = fields.Enum(Status, by_value=True, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    position = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Place in the queue from 1, for who waits"}
    )
    motive = fields.String(required=True, metadata={"description": "What the applicant said"})
    rank = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Place in the nomination of the department, from 1"}
    )
    offered_until = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "Until when an offered seat can be accepted"}
    )
    applied_at = fields.DateTime(required=True)
    moved_at = fields.DateTime(required=True)


class EnrolmentsWanted(Paged):
    person_id = Whole()
    run_id = Whole()
    status = Several(Choice(Status), 20)
    outcome = Several(Choice(Outcome), 10)


class OfRunWanted(Paged):
    status = Several(Choice(Status), 20)


class Applicant(Schema):
    employee_no = Words(254, metadata={"description": "Somebody else, by an officer; an e-mail for other bodies"})
    motive = Words(400, metadata={"description": "Why; needed to take a completed course again"})
    reason = Words(400, metadata={"description": "The officer's, needed once the list of a selection is frozen"})


class Withdrawal(Schema):
    reason = Words(400, metadata={"description": "Needed from an officer; kept with the withdrawal"})


@enrolments.operation(
    "GET",
    "/enrolments",
    text("Your enrolments; everybody's for officers"),
    Permission.LEARN,
    page_of(EnrolmentItem),
    query=EnrolmentsWanted,
)
def index(wanted: dict[str, Any]) -> Response:
    """By id, the oldest first."""
    statement = _ENROLMENTS.where(_reach(), *_conditions(wanted))
    return page(doors.session(), statement, [Enrolment.id], wanted, _item)


@enrolments.operation(
    "GET",
    "/runs/<int:run_id>/enrolments",
    text("Who is in a run: yourself; everybody for its instructors and officers"),
    Permission.LEARN,
    page_of(EnrolmentItem),
    query=OfRunWanted,
)
def of_run(wanted: dict[str, Any], run_id: int) -> Response:
    """By id, the oldest first."""
    doors.session().scalar(select(Run.id).where(Run.id == run_id, reach_of_runs())) or abort(404)
    statement = _ENROLMENTS.where(Enrolment.run_id == run_id, _reach(), *_conditions(wanted))
    return page(doors.session(), statement, [Enrolment.id], wanted, _item)


@enrolments.operation("GET", "/enrolments/<int:enrolment_id>", text("One enrolment"), Permission.LEARN, EnrolmentItem)
def show(enrolment_id: int) -> Response:
    """One enrolment."""
    return answer(item_of(doors.session(), enrolment_id, _reach()))


@enrolments.operation(
    "POST",
    "/runs/<int:run_id>/enrolments",
    text("Enrol yourself; officers name another person"),
    Permission.LEARN,
    EnrolmentItem,
    status=201,
    body=Applicant,
    body_required=False,
    example={"employee_no": "20030001"},
    says=[403],
)
def enrol(applicant: dict[str, Any], run_id: int) -> Response:
    """By the run's mode an application, a seat, or a numbered place in the queue: see status and position.

    An officer enrols others also outside the window, and at once.
    """
    db, actor = acting()
    person_id = _applicant(db, actor, applicant.get("employee_no"))
    permission = Permission.LEARN if person_id == actor.id else Permission.PLAN
    db.scalar(select(Run.id).where(Run.id == run_id, visible(actor, Run, permission))) or abort(404)
    said = {name: applicant.get(name, "") for name in ("motive", "reason")}
    enrolment_id = actions.enrol(db, actor.id, run_id, person_id, **said).id
    body = item_of(db, enrolment_id)
    doors.commit()
    return answer(body, 201, {"Location": url_for("api-enrolments.show", enrolment_id=enrolment_id)})


@enrolments.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/acceptance",
    text("Accept an offered seat"),
    Permission.LEARN,
    EnrolmentItem,
)
def accept(enrolment_id: int) -> Response:
    """What is offered until `offered_until` becomes certain. To decline it, withdraw."""
    db, actor = acting()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.PLAN))
    require_match(item_of(db, enrolment_id, reach))
    offering.accept(db, actor.id, enrolment_id)
    body = item_of(db, enrolment_id)
    doors.commit()
    return answer(body)


@enrolments.operation(
    "DELETE",
    "/enrolments/<int:enrolment_id>",
    text("Withdraw; officers withdraw others with a reason"),
    Permission.LEARN,
    EnrolmentItem,
    query=Withdrawal,
)
def withdraw(how: dict[str, Any], enrolment_id: int) -> Response:
    """Gives up the seat, the application, the offer or the place in the queue; whoever waits for the seat gets it.

    The enrolment itself stays, as withdrawn.
    """
    db, actor = acting()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.PLAN))
    before = item_of(db, enrolment_id, reach)
    require_match(before)
    actions.withdraw(db, actor.id, enrolment_id, reason=how.get("reason", ""))
    body = item_of(db, enrolment_id)
    doors.commit()
    look_again([before["person_id"]])
    return answer(body)


def _reach() -> ColumnElement[bool]:
    actor = me()
    return or_(*(visible(actor, Enrolment, one) for one in (Permission.LEARN, Permission.TEACH, Permission.PLAN)))


def _applicant(db: Session, actor: Actor, key: str | None) -> int:
    """Whose place it is to be. Only officers may name somebody else: others do not even learn whether there is one."""
    person = by_key(db, key) if key else None
    if not key or (person and person.id == actor.id):
        return actor.id
    if not may(actor, Permission.PLAN):
        g.permission = Permission.PLAN
        abort(403)
    if person is None:
        invalid(employee_no=_("Nobody has this employee number or e-mail"))
    return person.id


def item_of(db: Session, enrolment_id: int, *conditions: ColumnElement[bool]) -> dict[str, Any]:
    """An enrolment as it is answered with; 404 where the conditions do not hold."""
    return _item(db.execute(_ENROLMENTS.where(Enrolment.id == enrolment_id, *conditions)).first() or abort(404))


def _conditions(wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    of = [getattr(Enrolment, name) == wanted[name] for name in ("person_id", "run_id") if name in wanted]
    return of + [getattr(Enrolment, name).in_(wanted[name]) for name in ("status", "outcome") if name in wanted]


def _item(row: Row[Any]) -> dict[str, Any]:
    return dict(zip(_NAMES, row, strict=False)) | {"position": row.position or None}


_others = aliased(Enrolment)
_position = (
    select(func.count())
    .where(
        Enrolment.status == Status.WAITLISTED,
        _others.run_id == Enrolment.run_id,
        _others.status == Status.WAITLISTED,
        _others.queue_no <= Enrolment.queue_no,
    )
    .scalar_subquery()
)
_ENROLMENTS: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id, Enrolment.run_id, Course.title, Enrolment.person_id, Person.name, Person.employee_no,
        Enrolment.status, Enrolment.outcome, _position.label("position"), Enrolment.motive, Enrolment.rank,
        Enrolment.offered_until, Enrolment.applied_at, Enrolment.moved_at,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
)  # fmt: skip
_NAMES = [str(column.key) for column in _ENROLMENTS.selected_columns]
