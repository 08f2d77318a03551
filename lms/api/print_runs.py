"""Print runs of certificates: the log, sheet by sheet."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import Row, Select, select
from werkzeug.wrappers import Response

from courses.certificates.facts import Facts
from courses.certificates.models import Certificate
from courses.certificates.printing.models import PrintedSheet, PrintJob, PrintKind
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Whole
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me

print_runs = Resource("print-runs", text("Print runs"))


class PrintRunItem(Schema):
    """Who had how many certificates printed, when and why. It stays when its files have gone."""

    id = fields.Integer(required=True)
    kind = fields.Enum(PrintKind, by_value=True, required=True)
    of_id = fields.Integer(required=True, allow_none=True, metadata={"description": "What it resumes or repeats"})
    run_id = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: of several runs"})
    sheets = fields.Integer(required=True)
    reason = fields.String(required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True, metadata={"description": "When its files were made"})


class PrintedSheetItem(Schema):
    """A sheet of a print run; `copy`: which printing of its certificate it is."""

    position = fields.Integer(required=True)
    code = fields.String(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    copy = fields.Integer(required=True)


class PrintRunsWanted(Paged):
    run_id = Whole()


@print_runs.operation(
    "GET", "/print-runs", text("Print runs of certificates"), Permission.CERTIFY, page_of(PrintRunItem),
    query=PrintRunsWanted,
)  # fmt: skip
def index(wanted: dict[str, Any]) -> Response:
    """In the order in which they were asked for."""
    statement = _RUNS.where(visible(me(), PrintJob, Permission.CERTIFY))
    if "run_id" in wanted:
        statement = statement.where(PrintJob.run_id == wanted["run_id"])
    return page(doors.session(), statement, [PrintJob.id], wanted, _run)


@print_runs.operation(
    "GET", "/print-runs/<int:print_job_id>", text("One print run"), Permission.CERTIFY, PrintRunItem
)  # fmt: skip
def show(print_job_id: int) -> Response:
    """What the log says of it."""
    mine = _RUNS.where(PrintJob.id == print_job_id, visible(me(), PrintJob, Permission.CERTIFY))
    return answer(_run(doors.session().execute(mine).first() or abort(404)))


@print_runs.operation(
    "GET", "/print-runs/<int:print_job_id>/sheets", text("The sheets of a print run"), Permission.CERTIFY,
    page_of(PrintedSheetItem), query=Paged,
)  # fmt: skip
def sheets(wanted: dict[str, Any], print_job_id: int) -> Response:
    """In the order in which they are printed."""
    db = doors.session()
    db.scalar(
        select(PrintJob.id).where(PrintJob.id == print_job_id, visible(me(), PrintJob, Permission.CERTIFY))
    ) or abort(404)
    return page(db, _SHEETS.where(PrintedSheet.print_job_id == print_job_id), [PrintedSheet.position], wanted, _sheet)


def _run(row: Row[Any]) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _KEPT}, "kind": row.kind.value}


def _sheet(row: Row[Any]) -> dict[str, Any]:
    facts = Facts.from_json(row.facts)
    kept = {name: getattr(row, name) for name in ("position", "code", "department", "copy")}
    return {**kept, "number": facts.number, "name": facts.name}


_KEPT = ("id", "of_id", "run_id", "sheets", "reason", "asked_by", "asked_at", "finished_at")
_RUNS: Select[*tuple[Any, ...]] = select(
    PrintJob.id, PrintJob.kind, PrintJob.of_id, PrintJob.run_id, PrintJob.sheets, PrintJob.reason,
    Person.name.label("asked_by"), PrintJob.asked_at, PrintJob.finished_at,
).join(Person, Person.id == PrintJob.asked_by)  # fmt: skip
_SHEETS: Select[*tuple[Any, ...]] = select(
    PrintedSheet.position, Certificate.code, PrintedSheet.department, PrintedSheet.copy, Certificate.facts,
).join(Certificate, Certificate.id == PrintedSheet.certificate_id)  # fmt: skip
