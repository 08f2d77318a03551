"""What if a threshold were another one: who would flip in runs that are closed. Nothing is stored."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import DecimalField, Form, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from courses.catalogue.models import Course, Kind
from courses.completion.flips import Flips
from courses.completion.whatif import Thresholds, Which, size, what_if
from courses.permissions import Permission
from courses.scheduling.models import Run, RunState
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.files import store
from lms.i18n import _, language, words
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.tasks.trying import TRYING, file_name
from lms.web.answers import INVALID, Answer, found, here, key, see_other
from lms.web.completion.blueprint import pages
from lms.web.completion.sheets import flips_sheet
from lms.web.completion.words import KIND_NAMES, OUTCOMES
from lms.web.fields import A_NUMBER, lazy, offer, one_of
from lms.web.files import file, table

MOST = 3_000
"""Places that are judged while the person waits; more are in the background."""
_WITHIN = lazy(text("Enter a number from 0 to 100"))
_FIELDS = ("attendance", "score", "progress")


def _percent(label: Any) -> DecimalField:
    return DecimalField(label, [Optional(), NumberRange(0, 100, _WITHIN)], places=2, invalid_value_message=_WITHIN)


class WhatIfForm(Form):
    """Which runs, and other numbers for their rules; empty ones stay as they are."""

    year = SelectField(lazy(text("Year")), coerce=int)
    kind = SelectField(lazy(text("Kind")))
    course = one_of(lazy(text("Course")))
    attendance = _percent(lazy(text("Attendance, %")))
    score = _percent(lazy(text("Score")))
    progress = _percent(lazy(text("Progress, %")))
    lateness = IntegerField(
        lazy(text("Latenesses that cost a session")),
        [Optional(), NumberRange(0, 100, _WITHIN)],
        invalid_value_message=A_NUMBER,
    )

    def thresholds(self) -> Thresholds:
        """The other numbers, in hundredths."""
        numbers = {name: _hundredths(self[name].data) for name in _FIELDS}
        return Thresholds(**numbers, lateness=self.lateness.data)


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)


@pages.get("/operations/what-if")
@permit(Permission.CLOSE)
def trial() -> Answer:
    """The form, and who would flip."""
    db = doors.session()
    form, which, run = _asked(db)
    if not form.validate():
        return _page(form, run, None, 0), INVALID
    thresholds = form.thresholds()
    _runs, places = size(db, which)
    flips = what_if(db, which, thresholds) if thresholds and places <= MOST else None
    return _page(form, run, flips, places)


@pages.get("/operations/what-if.<string:form>")
@permit(Permission.CLOSE)
def trial_file(form: str) -> Response:
    """Who would flip, as CSV or workbook."""
    db = doors.session()
    asked, which, _run = _asked(db)
    if not asked.validate() or size(db, which)[1] > MOST:
        abort(404)
    return table(form, [flips_sheet(what_if(db, which, asked.thresholds()))], _("What if"))


@pages.post("/operations/what-if")
@permit(Permission.CLOSE)
def try_many() -> Answer:
    """The same for more runs than one waits for: a job makes the workbook."""
    form, which, run = _asked(doors.looking())
    if not form.validate() or not form.thresholds():
        return _page(form, run, None, 0), INVALID
    db, actor = acting()
    asked = asdict(which) | {"kind": which.kind and which.kind.value}
    numbers = asdict(form.thresholds())
    job_id = later(db, TRYING, actor_id=actor.id, which=asked, thresholds=numbers, language=language())
    doors.commit()
    return see_other(url_for("jobs.show", job_id=job_id))


@pages.get("/jobs/<int:job_id>/what-if.xlsx")
@permit(Permission.CLOSE)
def tried(job_id: int) -> Response:
    """What a job has found, for whoever asked for it."""
    job = found(select(Job).where(Job.id == job_id, Job.name == TRYING, Job.state == JobState.DONE, _mine()))
    try:
        content = store().content(file_name(job.id))
    except FileNotFoundError:
        abort(404)
    return file(content, f"{_('What if')}.xlsx")


def _mine() -> Any:
    return Job.actor_id == me().id


def _asked(db: Session) -> tuple[WhatIfForm, Which, Run | None]:
    years = list(db.scalars(select(Run.year).where(Run.state == RunState.CLOSED).distinct().order_by(Run.year.desc())))
    form = WhatIfForm(request.args)
    form.year.choices = [SelectChoice(str(year), str(year)) for year in years]
    form.kind.choices = [SelectChoice("", _("All"))] + [SelectChoice(k, words(n)) for k, n in KIND_NAMES.items()]
    if form.year.data not in years:
        form.year.data = years[0] if years else None
    if form.kind.data not in KIND_NAMES:
        form.kind.data = ""
    held = select(Course.id, Course.title).where(
        Course.id.in_(select(Run.course_id).where(Run.year == form.year.data, Run.state == RunState.CLOSED))
    )
    offer(form.course, [(row[0], row[1]) for row in db.execute(held.order_by(Course.title))], _("All"))
    run_id = request.args.get("run", type=key)
    if run_id is not None:
        one = select(Run).options(joinedload(Run.course)).where(Run.id == run_id, Run.state == RunState.CLOSED)
        return form, Which(run_id=run_id), found(one)
    kind = Kind(form.kind.data) if form.kind.data else None
    return form, Which(year=form.year.data, course_id=form.course.data, kind=kind), None


def _page(form: WhatIfForm, run: Run | None, flips: Flips | None, places: int) -> str:
    return render_template(
        "completion/what_if.html",
        form=form,
        run=run,
        flips=flips,
        places=places,
        many=places > MOST,
        asked=any(form[name].data is not None for name in (*_FIELDS, "lateness")),
        outcomes=OUTCOMES,
        file_url=lambda ending: here(url_for("completion.trial_file", form=ending)),
        job_url=here(url_for("completion.try_many")),
    )
