from __future__ import annotations

from flask import abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from courses import clock
from courses.assessment import actions, parts, pasting, queries, standing
from courses.assessment.parts import Part
from courses.assessment.standing import Effect
from courses.completion import by_hand
from courses.permissions import Permission
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext, words
from lms.web import formats
from lms.web.answers import INVALID, Answer, again, json_body, key, say, see_other
from lms.web.assessment import appeals, forms, publishing
from lms.web.assessment.blueprint import pages
from lms.web.assessment.sheet import needed, page
from lms.web.assessment.words import KINDS, shown, stored
from lms.web.runs import run_for

__all__ = ["appeals", "pages", "publishing"]

_LONGEST_PASTE = 100_000


@pages.get("/runs/<int:run_id>/scores")
@permit(Permission.TEACH)
def show(run_id: int) -> str:
    """The list of scores."""
    return page(run_for(Permission.TEACH, run_id))


@pages.post("/runs/<int:run_id>/scores")
@permit(Permission.TEACH)
def save(run_id: int) -> Response | tuple[Response | str, int]:
    """Write scores: JSON is answered with JSON, a form by the page again."""
    entries = _read()
    db, actor = acting()
    run = run_for(Permission.TEACH, run_id)
    if entries.wrong:
        return (jsonify(wrong=entries.wrong) if request.is_json else page(run, wrong=entries.wrong)), INVALID
    by_hand.require(db, run, run.course)
    changed = 0
    components = actions.ensure_components(db, actor.id, run_id)
    for position, points in entries.points.items():
        if position >= len(components):
            abort(INVALID)
        changed += len(actions.score(db, actor.id, run_id, components[position].id, points))
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
    db = doors.looking()
    found = shown(parts.of_run(db, run))
    position = min(request.form.get("part", 0, type=key), len(found) - 1)
    rows = queries.roster(db, run)
    lines = pasting.read(said, rows)
    named = {line.row.enrolment_id for line in lines if line.row}
    return render_template(
        "assessment/pasted.html",
        run=run,
        part=found[position],
        position=position,
        lines=lines,
        bad=[line for line in lines if line.problem],
        missing=[row for row in rows if row.enrolment_id not in named],
    )


@pages.post("/runs/<int:run_id>/components")
@permit(Permission.TEACH)
def divide(run_id: int) -> Answer:
    """Set the parts of the score; where that changes somebody's total, only after this was looked at."""
    try:
        wanted = stored(forms.parts_from_form(request.form))
    except ValueError:
        error = _("A weight is a whole number up to 100, a minimum a number from 0 to 100")
        return page(run_for(Permission.TEACH, run_id), parts_error=error), INVALID
    db, actor = acting()
    run = run_for(Permission.TEACH, run_id)
    found = _effects(run, wanted)
    with again(lambda refused: page(run_for(Permission.TEACH, run_id), parts_error=words(refused.message))):
        by_hand.require(db, run, run.course, RunState.DRAFT, RunState.PUBLISHED)
        actions.divide(db, actor.id, run_id, wanted)
    if found and "sure" not in request.form:
        doors.release()
        return _changing(run_for(Permission.TEACH, run_id), wanted, found)
    doors.commit()
    say(_("The parts of the score are saved"))
    return see_other(url_for("assessment.show", run_id=run_id))


def _effects(run: Run, wanted: list[Part]) -> list[Effect]:
    """Whose total other parts would change."""
    db = doors.looking()
    known = parts.continued(queries.components(db, run.id), wanted)
    placed = [Part(part.name, part.weight, part.minimum, id=one.id if one else parts.NEW)
              for part, one in zip(wanted, known, strict=True)]  # fmt: skip
    return standing.effects(queries.roster(db, run), parts.of_run(db, run), placed, needed(run) or 0)


def _changing(run: Run, wanted: list[Part], found: list[Effect]) -> str:
    return render_template(
        "assessment/changing.html",
        run=run,
        before=shown(parts.of_run(doors.looking(), run)),
        wanted=shown(wanted),
        effects=found,
        flips=sum(one.flips for one in found),
        needed=needed(run),
        kinds=KINDS,
    )


def _read() -> forms.Entries:
    try:
        return forms.from_json(json_body()) if request.is_json else forms.from_form(request.form)
    except forms.Unreadable:
        abort(INVALID if request.is_json else 400)
