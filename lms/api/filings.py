"""Workplace training as departments file it, and as officers confirm or return it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.attendance.models import AttendanceMark
from courses.attendance.queries import SheetRow, roster
from courses.catalogue.models import Course, Kind
from courses.certificates.fonts import load_fonts
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession, Run
from courses.text import text
from courses.workplace import filing as actions
from courses.workplace import filings as rows
from courses.workplace.filing import AHEAD, BACK, LONGEST, MOST, Wanted, least_minutes
from courses.workplace.filings import Standing, standing_of
from courses.workplace.models import Filing
from lms import db as doors
from lms import filing as ledger
from lms.api.answers import answer, invalid
from lms.api.evidence import EXAMPLE, EvidenceSent, kept
from lms.api.fields import Day, Several, Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import acting, me
from lms.i18n import _
from lms.web.certificates.addresses import verify_url
from lms.web.enrolment.queues import look_again

filings = Resource("filings", text("Workplace training"))

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"


class FilingItem(Schema):
    """Training that a department filed; `evidence` is the file's name, empty for none."""

    run_id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.Integer(required=True)
    session_id = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    people = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": [standing.value for standing in Standing]})
    by = fields.String(required=True)
    filed_at = fields.DateTime(required=True)
    returned_at = fields.DateTime(required=True, allow_none=True)
    reason = fields.String(required=True, metadata={"description": "Why it was returned"})
    evidence = fields.String(required=True)


class TrainedItem(Schema):
    """Somebody who took part."""

    enrolment_id = fields.Integer(required=True)
    name = fields.String(required=True)
    employee_no = fields.String(required=True)
    mark = fields.Enum(AttendanceMark, by_value=True, required=True, allow_none=True)


class FilingDetail(FilingItem):
    trainer = fields.String(required=True, allow_none=True)
    fingerprint = fields.String(required=True, metadata={"description": "Differs once it is filed or marked anew"})
    roster = fields.List(fields.Nested(TrainedItem), required=True)


class FilingsWanted(Paged):
    unit_id = Whole(metadata={"description": "Only those of this unit"})


class FilingSent(Schema):
    """Who is named, is named by employee number. Without minutes it takes those of the subject."""

    unit_id = Whole(required=True)
    course_id = Whole(required=True, metadata={"description": "A course of the kind workplace"})
    day = Day(required=True)
    begins = Words(5, _CLOCK, required=True, metadata={"description": "By the office's clock"})
    minutes = Whole(1, LONGEST)
    trainer = Words(20, required=True)
    people = Several(Words(20), MOST, required=True)
    absent = Several(Words(20), MOST, load_default=list)
    evidence = fields.Nested(EvidenceSent)


class FilingSeen(Schema):
    seen = Words(
        64, load_default=None, metadata={"description": "The fingerprint that was looked at; another is a 409"}
    )


class FilingReturn(Schema):
    reason = Words(400, required=True, metadata={"description": "The department reads it"})


@filings.operation(
    "GET",
    "/workplace/filings",
    text("What departments filed"),
    Permission.FILE,
    page_of(FilingItem),
    query=FilingsWanted,
)
def index(wanted: dict[str, Any]) -> Response:
    """Those of the own units; all of them for officers."""
    statement = rows.LISTED.where(visible(me(), Filing, Permission.FILE))
    if "unit_id" in wanted:
        statement = statement.where(Filing.unit_id == wanted["unit_id"])
    return page(doors.session(), statement, [Run.id], wanted, _item)


@filings.operation(
    "GET", "/workplace/filings/<int:run_id>", text("One filing with its people"), Permission.FILE, FilingDetail
)
def show(run_id: int) -> Response:
    """With how everybody is marked."""
    return answer(_detail(doors.session(), _filed(doors.session(), me(), run_id).run_id))


@filings.operation(
    "POST",
    "/workplace/filings",
    text("File workplace training"),
    Permission.FILE,
    FilingDetail,
    status=201,
    body=FilingSent,
    example={
        "unit_id": 7, "course_id": 12, "day": "2026-11-20", "begins": "16:00", "trainer": "20030001",
        "people": ["20030002", "20030003"], "absent": [], "evidence": EXAMPLE,
    },
    says=[404],
)  # fmt: skip
def file(sent: dict[str, Any]) -> Response:
    """Everybody counts as present but the absent ones. An officer looks at it before it counts."""
    _require_near(sent["day"])
    proof = kept(sent["evidence"]) if "evidence" in sent else None
    db, actor = acting()
    of_id = OrgUnit.id == sent["unit_id"], visible(actor, OrgUnit, Permission.FILE)
    unit = db.scalar(select(OrgUnit).where(*of_id)) or abort(404)
    subject = select(Course).where(Course.id == sent["course_id"], Course.kind == Kind.WORKPLACE)
    course = db.scalar(subject.where(visible(actor, Course)))
    if course is None:
        invalid(course_id=_("There is no such course"))
    wanted, away = _wanted(db, actor, course, sent)
    run_id = ledger.file(db, actor.id, unit, course, wanted, away, proof.store(db) if proof else None).run_id
    body = _detail(db, run_id)
    doors.commit()
    return answer(body, 201, {"Location": url_for("api-filings.show", run_id=run_id)})


@filings.operation(
    "POST",
    "/workplace/filings/<int:run_id>/confirmation",
    text("Confirm a filing"),
    Permission.CLOSE,
    FilingDetail,
    body=FilingSeen,
    body_required=False,
    example={"seen": "5f0c2a9e1b7d4c38"},
)
def confirm(sent: dict[str, Any], run_id: int) -> Response:
    """Judges everybody and closes the run: it counts from then on."""
    load_fonts()
    db, actor = acting()
    ledger.confirm(db, actor.id, _filed(db, actor, run_id), verify_url(), seen=sent["seen"])
    return _kept(db, run_id)


@filings.operation(
    "POST",
    "/workplace/filings/<int:run_id>/return",
    text("Return a filing to its department"),
    Permission.CLOSE,
    FilingDetail,
    body=FilingReturn,
    example={"reason": "서명부의 인원과 명단이 다릅니다"},
)
def return_to(sent: dict[str, Any], run_id: int) -> Response:
    """It is corrected there and filed anew."""
    db, actor = acting()
    actions.send_back(db, actor.id, _filed(db, actor, run_id), sent["reason"])
    return _kept(db, run_id)


@filings.operation(
    "POST", "/workplace/filings/<int:run_id>/withdrawal", text("Withdraw a filing"), Permission.FILE, FilingDetail
)
def withdraw(run_id: int) -> Response:
    """It was filed by mistake; everybody is freed."""
    db, actor = acting()
    freed = actions.take_back(db, actor.id, _filed(db, actor, run_id))
    answered = _kept(db, run_id)
    look_again(freed)
    return answered


def _filed(db: Session, actor: Actor, run_id: int) -> Filing:
    reach = Filing.run_id == run_id, visible(actor, Filing, Permission.FILE)
    return db.scalar(select(Filing).where(*reach)) or abort(404)


def _kept(db: Session, run_id: int) -> Response:
    body = _detail(db, run_id)
    doors.commit()
    return answer(body)


def _require_near(day: date) -> None:
    if not clock.today() - BACK <= day <= clock.today() + AHEAD:
        invalid(day=_("File what took place within a year, or will within three months"))


def _wanted(db: Session, actor: Actor, course: Course, sent: dict[str, Any]) -> tuple[Wanted, set[int]]:
    """What is to be filed, and which persons were absent; 422 for numbers that nobody within reach has."""
    everybody = [sent["trainer"], *sent["people"], *sent["absent"]]
    known = _known(db, actor, everybody)
    for name in ("trainer", "people", "absent"):
        said = [sent[name]] if name == "trainer" else sent[name]
        if lost := [number for number in said if number not in known]:
            invalid(**{name: _("Nobody within your reach has the number %(number)s", number=lost[0])})
    starts_at = clock.at(sent["day"], time.fromisoformat(sent["begins"]))
    people = tuple(dict.fromkeys(known[number] for number in sent["people"]))
    wanted = Wanted(starts_at, sent.get("minutes") or least_minutes(course), known[sent["trainer"]], people)
    return wanted, {known[number] for number in sent["absent"]}


def _known(db: Session, actor: Actor, numbers: list[str]) -> dict[str, int]:
    """Who has which number; for others than officers, of those who serve in a unit for which they file."""
    found = select(Person.employee_no, Person.id).where(Person.employee_no.in_(numbers))
    if Role.OFFICER not in actor.roles:
        units = select(OrgUnit.id).where(visible(actor, OrgUnit, Permission.FILE))
        serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(units))
        found = found.where(Person.id.in_(serving))
    return {str(number): person_id for number, person_id in db.execute(found)}


def _detail(db: Session, run_id: int) -> dict[str, Any]:
    row, trainer = rows.one(db, run_id), rows.trainer_of(db, run_id)
    people = roster(db, db.get_one(ClassSession, row.session_id))
    said = {"trainer": trainer.name if trainer else None, "fingerprint": ledger.fingerprint(db, run_id)}
    return {**_item(row), **said, "roster": [_trained(one) for one in people]}


def _item(row: Row[Any]) -> dict[str, Any]:
    named = ("run_id", "course_id", "code", "title", "number", "session_id", "starts_at", "ends_at", "unit_id", "unit")
    told = ("by", "filed_at", "returned_at", "reason", "evidence")
    plain = {name: getattr(row, name) for name in (*named, *told)}
    return {**plain, "people": row.taken, "state": standing_of(row.state, row.returned_at, row.ends_at).value}


def _trained(one: SheetRow) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("enrolment_id", "name", "employee_no")}
    return {**plain, "mark": one.mark.mark and one.mark.mark.value}
