"""The figures of the reports, line by line as the pages show them."""

from __future__ import annotations

import re
from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses import clock
from courses.people.models import OrgUnit
from courses.permissions import Permission
from courses.reporting import headcounts
from courses.reporting.departments import Level, departments
from courses.reporting.report import Column, Form, Report
from courses.reporting.training import training
from courses.text import text
from lms.api.answers import answer
from lms.api.fields import Choice, Whole
from lms.api.resource import Resource
from lms.db import session

reports = Resource("reports", text("Reports"))

_EARLIEST, _LATEST = 1900, 2999


class ColumnItem(Schema):
    """A column: `key` finds its cell in each line."""

    key = fields.String(required=True)
    heading = fields.String(required=True, metadata={"description": "In the language asked for"})
    form = fields.Enum(Form, by_value=True, required=True)


class Term(Schema):
    """What a heading means."""

    term = fields.String(required=True)
    meaning = fields.String(required=True)


def _cells() -> fields.Dict:
    cell = {"type": ["string", "number", "null"]}
    return fields.Dict(keys=fields.String(), metadata={"additionalProperties": cell})


class ReportItem(Schema):
    """A report of a year: lines of cells by the columns' keys, and all of them together."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    year = fields.Integer(required=True)
    as_of = fields.DateTime(required=True)
    is_empty = fields.Boolean(required=True)
    columns = fields.List(fields.Nested(ColumnItem), required=True)
    lines = fields.List(_cells(), required=True)
    total = fields.Dict(required=True, keys=fields.String())
    terms = fields.List(fields.Nested(Term), required=True)


class YearWanted(Schema):
    year = Whole(_EARLIEST, _LATEST, metadata={"description": "Else the newest in which a training ended"})


class DepartmentsWanted(YearWanted):
    level = Choice(Level, load_default=Level.BUREAU)
    within = Whole(metadata={"description": "Only units under this one"})


@reports.operation(
    "GET", "/reports/training", text("The training table of a year"), Permission.REPORT, ReportItem, query=YearWanted
)
def by_kind(wanted: dict[str, Any]) -> Response:
    """What was offered, and who completed it, by kind and area."""
    return answer(_report(training(session(), _year(wanted))))


@reports.operation(
    "GET",
    "/reports/departments",
    text("Completion by department"),
    Permission.REPORT,
    ReportItem,
    query=DepartmentsWanted,
    says=[404],
)
def by_department(wanted: dict[str, Any]) -> Response:
    """In official order, at one level of the organisation."""
    db, within = session(), wanted.get("within")
    if within is not None and db.scalar(select(OrgUnit.id).where(OrgUnit.id == within)) is None:
        abort(404)
    return answer(_report(departments(db, _year(wanted), wanted["level"], within)))


def _year(wanted: dict[str, Any]) -> int:
    year: int | None = wanted.get("year")
    return year or headcounts.latest_judged_year(session()) or clock.today().year


def _report(report: Report[Any]) -> dict[str, Any]:
    keys = [_key(column) for column in report.columns]
    *lines, total = (dict(zip(keys, cells, strict=True)) for cells in report.rows())
    return {
        "name": report.name,
        "title": report.title,
        "year": report.year,
        "as_of": report.as_of,
        "is_empty": report.is_empty,
        "columns": [
            {"key": key, "heading": column.heading, "form": column.form.value}
            for key, column in zip(keys, report.columns, strict=True)
        ],
        "lines": lines,
        "total": total,
        "terms": [{"term": term, "meaning": meaning} for term, meaning in report.terms],
    }


def _key(column: Column[Any]) -> str:
    """The same in every language: 'Completion rate' → 'completion_rate'."""
    return re.sub(r"\W+", "_", column.heading.msgid.lower()).strip("_")
