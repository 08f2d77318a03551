from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, Row
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from courses.confirming import actions, queries
from courses.confirming.models import Confirmation, State
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import Answer, say, see_other
from lms.web.completion.words import OUTCOMES
from lms.web.confirming.words import STATES, called, concerned, page_of, turns_results
from lms.web.fields import at_most, lazy, words_only

pages = Blueprint("confirming", __name__)


class AnswerForm(FlaskForm):
    """Why a step is declined."""

    answer = TextAreaField(lazy(text("Why not")), [at_most(400)], filters=[words_only])


@pages.get("/confirmations")
@permit(Permission.CONFIRM)
def index() -> str:
    """What waits for a second person, and what was decided last."""
    db, allowed = doors.session(), _allowed()
    return render_template(
        "confirming/index.html",
        waiting=queries.waiting(db, allowed),
        decided=queries.decided(db, allowed),
        called=called,
        states=STATES,
    )


@pages.get("/confirmations/<int:confirmation_id>")
@permit(Permission.CONFIRM)
def show(confirmation_id: int) -> str:
    """One step: why it is wanted, and whom it concerns."""
    db, row = doors.session(), _row(confirmation_id)
    asked: Confirmation = row[0]
    waits = asked.state is State.ASKED
    people, seen = concerned(db, asked) if waits else ([], "")
    return render_template(
        "confirming/show.html",
        asked=asked,
        row=row,
        own=asked.asked_by == me().id,
        waits=waits,
        people=people,
        seen=seen,
        name=called(asked.kind),
        state=STATES[asked.state],
        page=page_of(asked),
        turns=turns_results(asked),
        outcomes=OUTCOMES,
        form=AnswerForm(),
    )


@pages.post("/confirmations/<int:confirmation_id>/confirmation")
@permit(Permission.CONFIRM)
def confirm(confirmation_id: int) -> Response:
    """Yes: the step is taken now."""
    db, actor = acting()
    _row(confirmation_id)
    actions.confirm(db, actor.id, confirmation_id, seen=request.form.get("seen"))
    doors.commit()
    say(_("Confirmed, and done"))
    return see_other(url_for("confirming.show", confirmation_id=confirmation_id))


@pages.post("/confirmations/<int:confirmation_id>/refusal")
@permit(Permission.CONFIRM)
def decline(confirmation_id: int) -> Answer:
    """No; or whoever asked takes it back."""
    form = AnswerForm()
    if not form.validate():
        abort(422)
    db, actor = acting()
    _row(confirmation_id)
    actions.decline(db, actor.id, confirmation_id, form.answer.data or "")
    doors.commit()
    say(_("It is not done"))
    return see_other(url_for("confirming.show", confirmation_id=confirmation_id))


def _allowed() -> ColumnElement[bool]:
    return visible(me(), Confirmation, Permission.CONFIRM)


def _row(confirmation_id: int) -> Row[Any]:
    return queries.one(doors.looking(), _allowed(), confirmation_id) or abort(404)
