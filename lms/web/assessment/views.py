from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from courses import clock
from courses.assessment import actions, pasting, queries
from courses.assessment.models import Component
from courses.assessment.parts import DEFAULT_NAME, Part
from courses.permissions import Permission
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web import formats
from lms.web.answers import INVALID, json_body, key, say, see_other
from lms.web.assessment import forms
from lms.web.runs import run_for

pages = Blueprint("assessment", __name__)

_LONGEST_PASTE = 100_000


@pages.get("/runs/<int:run_id>/scores")
@permit(Permission.TEACH)
def show(run_id: int) -> str:
    """The list of scores."""
    return _page(run_for(Permission.TEACH, run_id))


@pages.post("/runs/<int:run_id>/scores")
@permit(Permission.TEACH)
def save(run_id: int) -> Response | tuple[Response | str, int]:
    """Write scores: JSON is answered with JSON, a form by the page again."""
    entries = _read()
    db, actor = acting()
    run = run_for(Permission.TEACH, run_id)
    if entries.wrong:
        return (jsonify(wrong=entries.wrong) if request.is_json else _page(run, wrong=entries.wrong)), INVALID
    changed = 0
    parts = actions.ensure_components(db, actor.id, run_id)
    for position, points in entries.points.items():
        if position >= len(parts):
            abort(INVALID)
        changed += len(actions.score(db, actor.id, run_id, parts[position].id, points))
    now = clock.now()
    doors.commit()
    if request.is_json:
        return jsonify(at=now.isoformat())
    say(ngettext("%(n)s score saved at %(time)s", "%(n)s scores saved at %(time)s", changed, time=formats.clock(now)))
    return see_other(url_for("assessment.show", run_id=run_id))


@pages.post("/runs/<int:run_id>/scores/pasted")
@permit(Permission.TEACH)
def pasted(run_id: int) -> str:
    """What pasted lines would do, side by side with the roster. Nothing is written."""
    run, said = run_for(Permission.TEACH, run_id), request.form.get("pasted", "")[:_LONGEST_PASTE]
    components = queries.components(doors.looking(), run_id)
    parts = _parts(components)
    position = min(request.form.get("part", 0, type=key), len(parts) - 1)
    rows = queries.roster(doors.looking(), run)
    lines = pasting.read(said, rows)
    named = {line.row.enrolment_id for line in lines if line.row}
    return render_template(
        "assessment/pasted.html",
        run=run,
        part=parts[position],
        position=position,
        component_id=components[position].id if components else None,
        lines=lines,
        bad=[line for line in lines if line.problem],
        missing=[row for row in rows if row.enrolment_id not in named],
    )


@pages.post("/runs/<int:run_id>/components")
@permit(Permission.TEACH)
def divide(run_id: int) -> Response | tuple[str, int]:
    """Set the parts of the score."""
    try:
        parts = forms.parts_from_form(request.form)
    except ValueError:
        error = _("A weight is a whole number up to 100, a minimum a number from 0 to 100")
        return _page(run_for(Permission.TEACH, run_id), parts_error=error), INVALID
    db, actor = acting()
    run_for(Permission.TEACH, run_id)
    actions.divide(db, actor.id, run_id, [_stored(part) for part in parts])
    doors.commit()
    say(_("The parts of the score are saved"))
    return see_other(url_for("assessment.show", run_id=run_id))


def _read() -> forms.Entries:
    try:
        return forms.from_json(json_body()) if request.is_json else forms.from_form(request.form)
    except forms.Unreadable:
        abort(INVALID if request.is_json else 400)


def _parts(components: Sequence[Component]) -> list[Part]:
    """The parts as they are shown: the one that a run gets by itself bears no Korean name in English."""
    stored = [Part(part.name, part.weight, part.minimum) for part in components]
    shown = stored or [Part(DEFAULT_NAME, 100)]
    return [Part(_("Assessment"), part.weight, part.minimum) if part.name == DEFAULT_NAME else part for part in shown]


def _stored(part: Part) -> Part:
    return Part(DEFAULT_NAME, part.weight, part.minimum) if part.name == _("Assessment") else part


def _page(run: Run, wrong: dict[str, str] | None = None, parts_error: str | None = None) -> str:
    db = doors.looking()
    components = queries.components(db, run.id)
    return render_template(
        "assessment/show.html",
        run=run,
        parts=_parts(components),
        components=[part.id for part in components] or [None],
        rows=queries.roster(db, run),
        refused=actions.refusal(run, run.course),
        wrong=wrong or {},
        parts_error=parts_error,
        most=forms.PARTS,
    )
