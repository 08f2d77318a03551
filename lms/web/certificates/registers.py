"""The issue register (증명서 발급대장) of the whole organisation, and the completion register (수료대장)."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.certificates import completions, searching
from courses.permissions import Permission
from courses.reporting.training import KIND_NAMES
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.files import store
from lms.i18n import _, language
from lms.jobs.models import OVER, Job, JobState
from lms.jobs.queue import later
from lms.jobs.tasks.registers import LONG, REGISTERING, figures, file_name
from lms.web.answers import found, here, key, see_other
from lms.web.certificates import asked as asking
from lms.web.certificates import ledgers
from lms.web.certificates.blueprint import pages
from lms.web.certificates.words import DOCUMENTS, KINDS, STATES
from lms.web.files import file, table
from lms.web.reporting.words import OUTCOMES


@pages.get("/certificates/register")
@permit(Permission.CERTIFY)
def register() -> str:
    """What was ever issued, certificates or `?what=papers`, by name, number or code; and whether a year's numbers
    are all there.
    """
    db, wanted, before = doors.session(), asking.issues(request.args), request.args.get("before", type=key)
    is_papers = request.args.get("what") == "papers"
    entries, more, total = (searching.papers if is_papers else searching.page)(db, wanted, before)
    return render_template(
        "certificates/register.html",
        entries=entries,
        total=total,
        many=searching.MANY,
        years=searching.years(db),
        account=searching.account(db, wanted.year or clock.today().year),
        first=here(before=None) if before else None,
        older=here(before=entries[-1].id) if more else None,
        long=searching.more_than(db, wanted, LONG, None if is_papers else total),
        asked=_asked(*asking.ISSUES, "what"),
        is_papers=is_papers,
        documents=DOCUMENTS,
        way=ledgers.way,
        kinds=KINDS,
        states=STATES,
    )


@pages.get("/certificates/register.<string:form>")
@permit(Permission.CERTIFY)
def whole_register(form: str) -> Response:
    """What the page lists, all of it in the order of the numbers, other documents too; as CSV, workbook or PDF."""
    db, wanted = doors.session(), asking.issues(request.args)
    entries, title = searching.numbered(db, wanted), _("Issue register")
    if form != "pdf":
        return table(form, [ledgers.issue_sheet(entries)], title)
    if searching.more_than(db, wanted, LONG):
        return see_other(url_for("certificates.register", **_asked(*asking.ISSUES)))
    content = ledgers.issue_pdf(
        entries, figures(db, wanted), doors.current_organisation(), ledgers.of_year(wanted.year)
    )
    return file(content, f"{title}.pdf", inline=True)


@pages.post("/certificates/register/drawing")
@permit(Permission.CERTIFY)
def draw_register() -> Response:
    """Have a long one drawn in the background, as the query of the address narrows it."""
    return _drawing("issues", _asked(*asking.ISSUES))


@pages.get("/certificates/completions")
@permit(Permission.CERTIFY)
def completion_register() -> str:
    """Who completed what."""
    db, sought, before = doors.session(), asking.completions(request.args), request.args.get("before", type=key)
    (lines, more), count = completions.page(db, sought, before), completions.count(db, sought)
    return render_template(
        "certificates/completions.html",
        lines=lines,
        count=count,
        long=count.lines > LONG,
        years=completions.years(db),
        first=here(before=None) if before else None,
        older=here(before=lines[-1].id) if more else None,
        asked=_asked(*asking.COMPLETIONS),
        kinds=KIND_NAMES,
        outcomes=OUTCOMES,
        states=STATES,
    )


@pages.get("/certificates/completions.<string:form>")
@permit(Permission.CERTIFY)
def completion_file(form: str) -> Response:
    """The same, all of it, by last day and run: as CSV, workbook or PDF."""
    db, sought, title = doors.session(), asking.completions(request.args), _("Completion register")
    if form != "pdf":
        return table(form, [ledgers.completion_sheet(completions.everything(db, sought))], title)
    count, named = completions.count(db, sought), doors.current_organisation()
    if count.lines > LONG:
        return see_other(url_for("certificates.completion_register", **_asked(*asking.COMPLETIONS)))
    lines = completions.everything(db, sought)
    return file(ledgers.completion_pdf(lines, count, named, ledgers.of_year(sought.year)), f"{title}.pdf", inline=True)


@pages.post("/certificates/completions/drawing")
@permit(Permission.CERTIFY)
def draw_completions() -> Response:
    """Have a long one drawn in the background, as the query of the address narrows it."""
    return _drawing("completions", _asked(*asking.COMPLETIONS))


@pages.get("/jobs/<int:job_id>/register.pdf")
@permit(Permission.CERTIFY)
def drawn_register(job_id: int) -> Response:
    """What a job has drawn, for whoever asked for it."""
    done = (Job.name == REGISTERING, Job.state == JobState.DONE, Job.actor_id == me().id)
    job = found(select(Job).where(Job.id == job_id, *done))
    title = _("Issue register") if job.args["register"] == "issues" else _("Completion register")
    try:
        content = store().content(file_name(job.id))
    except FileNotFoundError:
        abort(404)
    return file(content, f"{title}.pdf", plain=f"register-{job.id}.pdf", inline=True)


def _drawing(register: str, asked: dict[str, Any]) -> Response:
    """Pressed again it leads to the one that is being drawn."""
    db, actor = acting()
    wanted: dict[str, Any] = {"register": register, "asked": asked, "language": language()}
    job_id = _under_way(db, actor.id, wanted)
    if job_id is None:
        job_id = later(db, REGISTERING, actor_id=actor.id, **wanted)
        doors.commit()
    return see_other(url_for("jobs.show", job_id=job_id))


def _under_way(db: Session, actor_id: int, wanted: dict[str, Any]) -> int | None:
    own = select(Job.id, Job.args).where(Job.actor_id == actor_id, Job.name == REGISTERING, Job.state.not_in(OVER))
    return next((id_ for id_, args in db.execute(own) if args == wanted), None)


def _asked(*names: str) -> dict[str, Any]:
    return {name: request.args[name] for name in names if request.args.get(name)}
