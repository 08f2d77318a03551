"""Run it again: once on other days, or as a series. What would come of it is shown before anything is saved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from courses import clock
from courses.catalogue.queries import Offer, offer_of
from courses.permissions import Permission
from courses.scheduling import defaults, queries, series
from courses.scheduling.holidays import calendar, unknown_years
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.series import Copy, Unit
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, again, say, see_other
from lms.web.fields import YEARS
from lms.web.runs import run_for
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import CopiesForm, problems
from lms.web.scheduling.words import clash_words, off_name, reasons

_GAP = timedelta(days=28)


@pages.get("/operations/runs/<int:run_id>/copies")
@permit(Permission.PLAN)
def copies(run_id: int) -> Answer:
    """When it begins again, and how often; with that in the address each run that would be, and what is in its way."""
    run, plan = _original(run_id)
    if "first" not in request.args:
        office = calendar(doors.looking())
        first = max(defaults.first_day(clock.today(), office), office.on_or_after(plan.starts_on + _GAP))
        return _page(
            run, plan, CopiesForm(formdata=None, data={"first": first, "count": 1, "every": 1, "unit": "week"})
        )
    form = CopiesForm(formdata=request.args)
    if not form.validate():
        return _page(run, plan, form), INVALID
    return _page(run, plan, form, _firsts(form))


@pages.post("/operations/runs/<int:run_id>/copies")
@permit(Permission.PLAN)
def copy(run_id: int) -> Answer:
    """A draft for each of the days chosen; all of them or none."""
    firsts = _chosen()
    asked = CopiesForm(formdata=MultiDict(request.args))
    if not firsts:
        return _again(run_id, asked, [_("Choose at least one run")]), INVALID
    db, actor = acting()
    run, plan = _original(run_id)
    with again(lambda refused: _again(run_id, asked, reasons(refused))):
        made = series.make(db, actor.id, run.course, plan, firsts, calendar(db))
    ids = [one.id for one in made]
    title = run.course.title
    doors.commit()
    if len(ids) == 1:
        say(_("The draft is ready. Look through the sessions, then publish it"))
        return see_other(url_for("scheduling.show", run_id=ids[0]))
    say(ngettext("%(n)s draft is ready", "%(n)s drafts are ready", len(ids)))
    return see_other(url_for("scheduling.index", stage="draft", q=title))


def _again(run_id: int, asked: CopiesForm, refusals: list[str]) -> str:
    run, plan = _original(run_id)
    return _page(run, plan, asked, _firsts(asked) if asked.validate() else None, refusals=refusals)


def _original(run_id: int) -> tuple[Run, RunPlan]:
    run = run_for(Permission.PLAN, run_id)
    if offer_of(run.course) is not Offer.OFFERED:
        abort(404)
    return run, queries.plan_of(doors.looking(), run)


def _firsts(form: CopiesForm) -> list[date]:
    asked: dict[str, Any] = {name: form[name].data for name in ("first", "count", "every")}
    return series.first_days(**asked, unit=Unit(form.unit.data))


def _chosen() -> list[date]:
    """The days ticked, in order; what is no day counts as not sent."""
    found = set()
    for value in request.form.getlist("day")[: series.MOST]:
        try:
            found.add(date.fromisoformat(value))
        except ValueError:
            continue
    return sorted(day for day in found if day.year in YEARS)


def _page(
    run: Run, plan: RunPlan, form: CopiesForm, firsts: list[date] | None = None, refusals: list[str] | None = None
) -> str:
    db = doors.looking()
    shown = series.preview(db, plan, firsts, calendar(db)) if firsts else []
    return render_template(
        "scheduling/copies.html",
        run=run,
        form=form,
        shown=[(one, _words(one)) for one in shown],
        remarks=unknown_years(shown[0].plan.starts_on, shown[-1].plan.ends_on) if shown else [],
        free=sum(one.is_free for one in shown),
        problems=problems(form),
        refusals=refusals or [],
    )


def _words(one: Copy) -> list[str]:
    """What there is to say of it: moved by a holiday, and everything in its way."""
    said = [clash_words(clash) for clash in one.clashes]
    if one.meets:
        said.append(_("Room or instructor are still needed by run %(n)s of this list", n=one.meets))
    if one.off:
        said.append(_("Begins later, because of a day off: %(name)s", name=off_name(one.off)))
    return said
