"""Registers the API with the application: `app.py` calls this last."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from werkzeug.wrappers import Response

from courses.text import text
from lms.api import bearer, problems
from lms.api.absences import absences
from lms.api.additions import additions
from lms.api.answers import answer
from lms.api.appeals import appeals
from lms.api.approvals import approvals
from lms.api.assignments import assignments
from lms.api.attendance import attendance
from lms.api.audits import audits
from lms.api.boards import boards
from lms.api.certificate_templates import certificate_templates
from lms.api.certificates import certificates
from lms.api.checkin import check_ins
from lms.api.completion import completion
from lms.api.confirmations import confirmations
from lms.api.courses import courses
from lms.api.deputies import deputies
from lms.api.documents import documents
from lms.api.draws import draws
from lms.api.enrolments import enrolments
from lms.api.filings import filings
from lms.api.half_years import letters
from lms.api.history import histories
from lms.api.hours import hours
from lms.api.nominations import nominations
from lms.api.outbox import outbox
from lms.api.outside import outside
from lms.api.people import people
from lms.api.print_runs import print_runs
from lms.api.reports import reports
from lms.api.resource import Resource
from lms.api.runs import runs
from lms.api.scores import scores
from lms.api.seats import seats
from lms.api.selection import selection
from lms.api.spec import Description, security_scheme
from lms.api.surveys import surveys
from lms.api.taught import taught
from lms.api.units import units
from lms.api.workplace import workplace

itself = Resource("itself", text("Description"))
RESOURCES = (
    runs,
    enrolments,
    seats,
    additions,
    histories,
    approvals,
    deputies,
    nominations,
    selection,
    draws,
    assignments,
    audits,
    attendance,
    check_ins,
    scores,
    appeals,
    absences,
    boards,
    surveys,
    completion,
    confirmations,
    filings,
    workplace,
    hours,
    outside,
    certificate_templates,
    certificates,
    documents,
    print_runs,
    taught,
    letters,
    outbox,
    reports,
    people,
    units,
    courses,
    itself,
)


def init_app(app: Flask) -> None:
    """Add the operations, who is asking, and what errors look like."""
    bearer.init_app(app)
    problems.init_app(app)
    description = Description()
    description.init_app(app)
    description.spec.components.security_scheme("bearer", security_scheme())
    for resource in RESOURCES:
        description.register_blueprint(resource)
        app.extensions["csrf"].exempt(resource)  # no cookie counts here
    app.extensions["openapi"] = description.finished()


def described(app: Flask) -> dict[str, Any]:
    """The finished description."""
    found: dict[str, Any] = app.extensions["openapi"]
    return found


@itself.operation("GET", "/openapi.json", text("This description"), None, {"type": "object"})
def openapi() -> Response:
    """As OpenAPI 3.1."""
    return answer(described(current_app))
