from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from courses import clock
from courses.exchange.writing import Sheet
from courses.letters import actions, drafts, hwpx, queries
from courses.letters.actions import Table, Words
from courses.letters.models import Letter, LetterKind
from courses.people.models import OrgUnit
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from courses.workplace.planning import Half
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.files import store
from lms.i18n import _, words
from lms.jobs.models import Job, JobState
from lms.jobs.queue import anew
from lms.jobs.tasks.drawing import DRAWING, file_name
from lms.web.answers import INVALID, Answer, found, key, say, see_other
from lms.web.files import file, table
from lms.web.letters import half_years
from lms.web.letters.blueprint import pages
from lms.web.letters.drafting import About, draft_page
from lms.web.letters.forms import LetterForm, NumberForm
from lms.web.letters.words import KINDS, Spoken, as_hwpx, spoken, whole
from lms.web.runs import run_for

__all__ = ["half_years", "pages"]


@pages.get("/runs/<int:run_id>/letters")
@permit(Permission.PLAN)
def index(run_id: int) -> str:
    """Which letters are due, and those that were written."""
    run, db = run_for(Permission.PLAN, run_id), doors.session()
    return render_template(
        "letters/index.html",
        run=run,
        due=queries.due(db, run),
        letters=queries.letters(db, run_id),
        kinds=KINDS,
    )


@pages.get("/runs/<int:run_id>/letters/new")
@permit(Permission.PLAN)
def new(run_id: int) -> str:
    """A draft, to be read over."""
    run, kind, unit_id = _asked(run_id, request.args)
    said = _draft(run, kind, unit_id)
    return draft_page(_about(run, kind), unit_id, said, LetterForm(None, title=said.title, body=said.body))


@pages.post("/runs/<int:run_id>/letters")
@permit(Permission.PLAN)
def write(run_id: int) -> Answer:
    """Keep it as it reads now, with its enclosures."""
    form = LetterForm()
    if not form.validate():
        run, kind, unit_id = _asked(run_id, request.form)
        return draft_page(_about(run, kind), unit_id, _draft(run, kind, unit_id), form), INVALID
    db, actor = acting()
    run, kind, unit_id = _asked(run_id, request.form)
    said = _draft(run, kind, unit_id)
    letter = actions.write(db, actor.id, run, kind, unit_id, form.title.data or "", form.body.data or "", said.words)
    doors.commit()
    say(_("The letter is written. Take its files along to the document system"))
    return see_other(url_for("letters.show", letter_id=letter.id))


@pages.get("/letters/<int:letter_id>")
@permit(Permission.PLAN)
def show(letter_id: int) -> str:
    """A letter as it was written, its files, and its number."""
    letter = _letter(letter_id)
    return _letter_page(letter, NumberForm(None, number=letter.number, sent_on=letter.sent_on or clock.today()))


@pages.post("/letters/<int:letter_id>/number")
@permit(Permission.PLAN)
def number(letter_id: int) -> Answer:
    """Write down the number that the document system gave it."""
    form = NumberForm()
    if not form.validate() or form.sent_on.data is None:
        return _letter_page(_letter(letter_id), form), INVALID
    db, actor = acting()
    actions.number(db, actor.id, _letter(letter_id), form.number.data or "", form.sent_on.data)
    doors.commit()
    say(_("The number is written down"))
    return see_other(url_for("letters.show", letter_id=letter_id))


@pages.get("/letters/<int:letter_id>.<string:form>")
@permit(Permission.PLAN)
def letter_file(letter_id: int, form: str) -> Response:
    """A letter as HWPX, or as plain text."""
    letter = _letter(letter_id)
    name = f"{letter.title}.{form}"
    if form == "txt":
        return file(whole(letter).encode(), name, plain=f"letter-{letter_id}.txt")
    if form != "hwpx":
        abort(404)
    return file(as_hwpx(letter), name, plain=f"letter-{letter_id}.hwpx")


@pages.get("/letters/<int:letter_id>/enclosures/<int:place>.<string:form>")
@permit(Permission.PLAN)
def enclosure_file(letter_id: int, place: int, form: str) -> Response:
    """An enclosure as HWPX or as a workbook; `place` counts from 1. A long one is drawn from the letter's page."""
    one, plain = _enclosure(_letter(letter_id), place), f"enclosure-{letter_id}-{place}"
    if form == "hwpx" and len(one.rows) > hwpx.MANY:
        return see_other(url_for("letters.show", letter_id=letter_id, _anchor=f"enclosure-{place}"))
    if form == "hwpx":
        content = hwpx.enclosure(one.name, one.headings, one.rows, tall=one.form)
        return file(content, f"{one.name}.hwpx", plain=f"{plain}.hwpx")
    return table(form, [Sheet(one.name, one.headings, one.rows)], one.name, plain=plain)


@pages.post("/letters/<int:letter_id>/enclosures/<int:place>/drawing")
@permit(Permission.PLAN)
def draw(letter_id: int, place: int) -> Answer:
    """Have a long enclosure drawn as HWPX in the background; who asks again gets the same file."""
    db, actor = acting()
    _enclosure(_letter(letter_id), place)
    key_ = f"{DRAWING}:{letter_id}:{place}:{actor.id}"
    job_id = anew(db, DRAWING, key=key_, actor_id=actor.id, letter_id=letter_id, place=place)
    doors.commit()
    return see_other(url_for("jobs.show", job_id=job_id))


@pages.get("/jobs/<int:job_id>/enclosure.hwpx")
@permit(Permission.PLAN)
def drawn(job_id: int) -> Response:
    """What a job has drawn, for whoever asked for it."""
    done = (Job.name == DRAWING, Job.state == JobState.DONE, Job.actor_id == me().id)
    job = found(select(Job).where(Job.id == job_id, *done))
    letter_id, place = job.args["letter_id"], job.args["place"]
    name = _enclosure(_letter(letter_id), place).name
    try:
        content = store().content(file_name(job.id))
    except FileNotFoundError:
        abort(404)
    return file(content, f"{name}.hwpx", plain=f"enclosure-{letter_id}-{place}.hwpx")


def _enclosure(letter: Letter, place: int) -> Table:
    tables = Words.of(letter).tables
    return tables[place - 1] if 1 <= place <= len(tables) else abort(404)


def _asked(run_id: int, values: Any) -> tuple[Run, LetterKind, int | None]:
    """The run, and which letter to whom; 404 for a kind or a unit that there is none of."""
    run, kind, unit_id = run_for(Permission.PLAN, run_id), values.get("kind", ""), values.get("unit", type=key)
    if kind not in set(LetterKind):
        abort(404)
    if unit_id is not None:
        found(select(OrgUnit).where(OrgUnit.id == unit_id))
    return run, LetterKind(kind), unit_id


def _draft(run: Run, kind: LetterKind, unit_id: int | None) -> Spoken:
    db = doors.looking()
    named = organisation(db)
    return spoken(drafts.draft(db, run, kind, named, unit_id), named)


def _about(run: Run, kind: LetterKind) -> About:
    return About(
        name=KINDS[kind],
        of=_of_run(run),
        back_url=url_for("letters.index", run_id=run.id),
        draft_url=url_for("letters.new", run_id=run.id),
        write_url=url_for("letters.write", run_id=run.id),
        hidden={"kind": kind.value},
    )


def _of_run(run: Run) -> str:
    return f"{run.course.title} · {_('Run %(n)s', n=run.number)}"


def _letter(letter_id: int) -> Letter:
    return found(select(Letter).where(Letter.id == letter_id, visible(me(), Letter, Permission.PLAN)))


def _letter_page(letter: Letter, form: NumberForm) -> str:
    of, back_url = _subject(letter)
    return render_template(
        "letters/show.html",
        letter=letter,
        of=of,
        back_url=back_url,
        many=hwpx.MANY,
        kind=KINDS[letter.kind],
        said=Words.of(letter),
        whole=whole(letter),
        form=form,
    )


def _subject(letter: Letter) -> tuple[str, str]:
    """What a letter is about, in words, and the page of all letters about it."""
    if letter.half:
        return words(Half.of_key(letter.half).name), url_for("letters.half_year_results", half=letter.half)
    run = doors.looking().get_one(Run, letter.run_id, options=[joinedload(Run.course)])
    return _of_run(run), url_for("letters.index", run_id=run.id)
