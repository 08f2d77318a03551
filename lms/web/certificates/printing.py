"""Print runs: the log, one of them with its files, and how an officer has certificates printed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Response, abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.printing import actions, queries
from courses.certificates.printing.files import PrintFile
from courses.certificates.printing.models import PrintJob
from courses.certificates.printing.options import Options, keep_setup, setup
from courses.permissions import Permission, visible
from courses.printing.calibration import calibration
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.files import store
from lms.i18n import _, language, words
from lms.jobs.models import OVER, Job, JobState
from lms.jobs.tasks.printing import key_of, print_again, print_later
from lms.web.answers import INVALID, Answer, again, found, here, key, say, see_other
from lms.web.certificates.blueprint import pages
from lms.web.certificates.print_forms import PrintSetupForm, ReprintForm, ResumeForm
from lms.web.certificates.print_names import named, zip_named
from lms.web.certificates.words import ORDERS, PARTS, PRINTINGS
from lms.web.files import file, zipped
from lms.web.jobs.words import STATES as JOB_STATES
from lms.web.jobs.words import reason, spoken


def begin_print_run(db: Session, actor_id: int, run_ids: Collection[int]) -> int | None:
    """Begin a print run of what was never printed of these runs, as the officer has it printed; None for nothing.

    Its files are made in the background.
    """
    job = actions.begin(db, actor_id, run_ids, setup(db, actor_id))
    return _later(db, actor_id, job) if job else None


@pages.get("/certificates/print-runs")
@permit(Permission.CERTIFY)
def print_runs() -> str:
    """Who had what printed when, and what was never printed."""
    db = doors.session()
    lines, more = queries.log(db, request.args.get("before", type=key))
    return render_template(
        "certificates/print_runs.html", lines=lines, older=here(before=lines[-1].id) if more else None,
        first=here(before=None) if "before" in request.args else None, waiting=queries.unprinted(db), kinds=PRINTINGS,
    )  # fmt: skip


@pages.post("/certificates/print-runs")
@permit(Permission.CERTIFY)
def begin_chosen() -> Answer:
    """Print what was never printed of the chosen runs."""
    db, actor = acting()
    print_job_id = begin_print_run(db, actor.id, set(request.form.getlist("run", type=key)))
    doors.commit()
    if not print_job_id:
        say(_("There is no certificate to print"))
        return see_other(url_for("certificates.print_runs"))
    return see_other(url_for("certificates.print_run", print_job_id=print_job_id))


@pages.get("/certificates/print-runs/<int:print_job_id>")
@permit(Permission.CERTIFY)
def print_run(print_job_id: int) -> str:
    """How far it is, its files, and its sheets by department."""
    return _page(_job(print_job_id), ResumeForm(None), ReprintForm(None))


@pages.post("/certificates/print-runs/<int:print_job_id>/rest")
@permit(Permission.CERTIFY)
def resume(print_job_id: int) -> Answer:
    """After a jam: the sheets from a number on, as a print run of their own."""
    form = ResumeForm()
    if not form.validate():
        return _page(_job(print_job_id), form, ReprintForm(None)), INVALID
    with again(lambda refused: _page(_job(print_job_id), form, ReprintForm(None), words(refused.message))):
        db, actor = acting()
        new = _later(db, actor.id, actions.resume(db, actor.id, _job(print_job_id), form.number.data or ""))
        doors.commit()
    return see_other(url_for("certificates.print_run", print_job_id=new))


@pages.post("/certificates/print-runs/<int:print_job_id>/reprint")
@permit(Permission.CERTIFY)
def reprint(print_job_id: int) -> Answer:
    """Single sheets once more, marked with day and reason."""
    form = ReprintForm()
    if not form.validate():
        return _page(_job(print_job_id), ResumeForm(None), form), INVALID
    with again(lambda refused: _page(_job(print_job_id), ResumeForm(None), form, words(refused.message))):
        db, actor = acting()
        job = actions.reprint(db, actor.id, _job(print_job_id), form.numbers.data or "", form.reason.data or "")
        new = _later(db, actor.id, job)
        doors.commit()
    return see_other(url_for("certificates.print_run", print_job_id=new))


@pages.post("/certificates/print-runs/<int:print_job_id>/retry")
@permit(Permission.CERTIFY)
def retry_print_run(print_job_id: int) -> Answer:
    """Make the files of a print run again whose job has failed, be it long ago."""
    db, actor = acting()
    if _job(print_job_id).finished_at is None:  # what was handed out once is printed again as `reprint` logs it
        print_again(db, actor.id, print_job_id, language())
    doors.commit()
    return see_other(url_for("certificates.print_run", print_job_id=print_job_id))


@pages.get("/certificates/print-runs/<int:print_job_id>/files/<int:place>")
@permit(Permission.CERTIFY)
def print_file(print_job_id: int, place: int) -> Response:
    """One file of a print run; `place` counts from 1."""
    job = _job(print_job_id)
    made, title = _files(job), queries.title(doors.session(), job)
    if not 0 < place <= len(made):
        abort(404)
    one = made[place - 1]
    try:
        content = store().stream(one.stored)
    except FileNotFoundError:
        abort(404)
    doors.release()
    name = named(print_job_id, place, one, words(PARTS[one.part]), title)
    return file(content, name, inline=one.form == "pdf")


@pages.get("/certificates/print-runs/<int:print_job_id>/files.zip")
@permit(Permission.CERTIFY)
def print_files(print_job_id: int) -> Response:
    """All files of a print run in one."""
    job = _job(print_job_id)
    made, title = _files(job) or abort(404), queries.title(doors.session(), job)
    names = [named(job.id, place, one, words(PARTS[one.part]), title) for place, one in enumerate(made, 1)]
    try:
        files = [(name, store().stream(one.stored)) for name, one in zip(names, made, strict=True)]
    except FileNotFoundError:
        abort(404)
    doors.release()
    return file(zipped(files), zip_named(_("Print run %(number)s", number=print_job_id), title))


@pages.get("/certificates/print-runs/setup")
@permit(Permission.CERTIFY)
def print_setup() -> str:
    """How one has certificates printed."""
    return _setup(PrintSetupForm.of(setup(doors.session(), me().id)))


@pages.post("/certificates/print-runs/setup")
@permit(Permission.CERTIFY)
def change_print_setup() -> Answer:
    """Print so from now on."""
    form = PrintSetupForm()
    if not form.validate():
        return _setup(form), INVALID
    db, actor = acting()
    keep_setup(db, actor.id, form.options())
    doors.commit()
    say(_("Your next print run is made so"))
    return see_other(url_for("certificates.print_setup"))


@pages.get("/certificates/print-runs/test-page.pdf")
@permit(Permission.CERTIFY)
def test_page() -> Response:
    """A page to measure the printer by, with one's own offsets."""
    options, ours = setup(doors.session(), me().id), doors.current_organisation()
    spoken_ = language()
    name = ours.name if spoken_ == "ko" else ours.name_en
    page = calibration(
        options.offset_x, options.offset_y, organisation=name, day=clock.today(), language=spoken_, words=words
    )
    return file(page, f"{_('Test page')}.pdf", inline=True)


def _job(print_job_id: int) -> PrintJob:
    return found(select(PrintJob).where(PrintJob.id == print_job_id, visible(me(), PrintJob, Permission.CERTIFY)))


def _later(db: Session, actor_id: int, job: PrintJob) -> int:
    print_later(db, actor_id, job.id, language())
    return job.id


def _files(job: PrintJob) -> list[PrintFile]:
    return [PrintFile.from_json(one) for one in job.files]


def _setup(form: PrintSetupForm) -> str:
    return render_template("certificates/print_setup.html", form=form)


def _page(job: PrintJob, resume_form: ResumeForm, reprint_form: ReprintForm, refused: str = "") -> str:
    db = doors.looking()
    work = db.scalar(select(Job).where(Job.key == key_of(job.id)))
    made = _files(job)
    return render_template(
        "certificates/print_run.html",
        entry=queries.line(db, job.id),
        title=queries.title(db, job),
        options=Options.from_json(job.options),
        orders=ORDERS,
        kinds=PRINTINGS,
        files=[(place, one, words(PARTS[one.part])) for place, one in enumerate(made, 1)],
        stacks=queries.stacks(queries.departments(db, job.id)),
        repeats=queries.repeats(db, job.id),
        until=clock.local((job.finished_at or job.asked_at) + actions.KEPT).date(),
        resume_form=resume_form,
        reprint_form=reprint_form,
        refused=refused,
        **_progress(work),
    )


def _progress(work: Job | None) -> dict[str, Any]:
    """What `jobs/progress.html` is given."""
    if work is None:
        return {"job": None}
    return {
        "job": work,
        "over": work.state in OVER,
        "failed": work.state in (JobState.FAILED, JobState.CANCELLED),
        "mine": work.actor_id == me().id,
        "state": JOB_STATES[work.state],
        "line": spoken(work.line),
        "fragment": False,
        "ending": None,
        "reason": reason(work, whole=False),
    }
