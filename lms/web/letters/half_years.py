"""The results of a half-year as a letter: what is owed, a draft, those that were written."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from courses import clock
from courses.letters import actions, half_year, halves
from courses.letters.models import LetterKind
from courses.people.models import OrgUnit
from courses.permissions import Permission
from courses.settings.organisation import organisation
from courses.workplace.planning import Half
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, found, key, say, see_other
from lms.web.letters.blueprint import pages
from lms.web.letters.drafting import About, draft_page
from lms.web.letters.forms import LetterForm
from lms.web.letters.words import KINDS, Spoken, spoken


@pages.get("/half-year-results")
@permit(Permission.PLAN)
def half_year_results() -> str:
    """By when they are owed, and the letters that were written of them."""
    db, half = doors.session(), _half(request.args.get("half"))
    return render_template(
        "letters/half_year.html",
        half=half,
        name=_heading(half),
        until=halves.until(half),
        is_over=half.last < clock.today(),
        still_open=halves.still_open(db, half),
        letters=halves.letters(db, half),
        kinds=KINDS,
        today=clock.today(),
    )


@pages.get("/half-year-results/new")
@permit(Permission.PLAN)
def new_half_year() -> str:
    """A draft, to be read over."""
    half, unit_id = _half(request.args.get("half")), _unit(request.args.get("unit", type=key))
    said = _draft(half, unit_id)
    return draft_page(_about(half), unit_id, said, LetterForm(None, title=said.title, body=said.body))


@pages.post("/half-year-results")
@permit(Permission.PLAN)
def write_half_year() -> Answer:
    """Keep it as it reads now, with its enclosures."""
    form, half = LetterForm(), _half(request.form.get("half"))
    if not form.validate():
        unit_id = _unit(request.form.get("unit", type=key))
        return draft_page(_about(half), unit_id, _draft(half, unit_id), form), INVALID
    db, actor = acting()
    unit_id = _unit(request.form.get("unit", type=key))
    said = _draft(half, unit_id)
    title, body = form.title.data or "", form.body.data or ""
    letter = actions.write(db, actor.id, half, LetterKind.HALF_YEAR, unit_id, title, body, said.words)
    doors.commit()
    say(_("The letter is written. Take its files along to the document system"))
    return see_other(url_for("letters.show", letter_id=letter.id))


def _half(said: str | None) -> Half:
    """The one that is asked for ('2026-1'), else the last one that is over; 404 for what is none."""
    try:
        half = Half.of_key(said) if said else Half.of(clock.today()).before
    except ValueError:
        abort(404)
    return half if 1900 <= half.year <= clock.today().year and half.number in (1, 2) else abort(404)


def _unit(unit_id: int | None) -> int | None:
    return unit_id and found(select(OrgUnit).where(OrgUnit.id == unit_id)).id


def _draft(half: Half, unit_id: int | None) -> Spoken:
    db = doors.looking()
    named = organisation(db)
    return spoken(half_year.draft(db, half, named, unit_id), named)


def _heading(half: Half) -> str:
    name = words(half.name)
    return name[:1].upper() + name[1:]


def _about(half: Half) -> About:
    return About(
        name=KINDS[LetterKind.HALF_YEAR],
        of=_heading(half),
        back_url=url_for("letters.half_year_results", half=half.key),
        draft_url=url_for("letters.new_half_year"),
        write_url=url_for("letters.write_half_year"),
        hidden={"half": half.key},
    )
