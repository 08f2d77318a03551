"""What came out of the surveys of runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.surveys import queries
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.auth.guard import me
from lms.web.surveys.reading import figures_for

surveys = Resource("surveys", text("Surveys"))

_POINTS: dict[str, Any] = {"required": True, "metadata": {"description": "Hundredths of a point: 463 is 4.63 of 5"}}


class InstructorPoints(Schema):
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    points = fields.Integer(**_POINTS)


class SurveyFigures(Schema):
    """Of all answers together; nothing of fewer than five, or before the survey is over."""

    places = fields.Integer(required=True, metadata={"description": "How many were asked"})
    answers = fields.Integer(required=True)
    course = fields.Integer(**_POINTS)
    facilities = fields.Integer(**_POINTS)
    operation = fields.Integer(**_POINTS)
    instructors = fields.List(fields.Nested(InstructorPoints), required=True)


class SurveyItem(Schema):
    run_id = fields.Integer(required=True)
    figures = fields.Nested(SurveyFigures, required=True, allow_none=True)
    comments = fields.List(fields.String(), required=True)


@surveys.operation("GET", "/runs/<int:run_id>/survey", text("The survey of a run"), Permission.TEACH, SurveyItem)
def show(run_id: int) -> Response:
    """Officers see all of it; instructors, once the run is closed, the own points. Null: there are no figures yet."""
    db = doors.session()
    run = db.scalar(select(Run).where(Run.id == run_id, visible(me(), Run, Permission.TEACH))) or abort(404)
    figures = figures_for(run)
    comments = queries.comments(db, run.id) if figures else []
    return answer({"run_id": run.id, "figures": asdict(figures) if figures else None, "comments": comments})
