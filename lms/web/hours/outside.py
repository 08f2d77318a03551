"""Learning elsewhere as its person reports it, and the page of one report."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from courses import clock
from courses.errors import Refused
from courses.hours import outside
from courses.hours.models import OutsideLearning
from courses.hours.rules import rules
from courses.people.actor import Actor
from courses.permissions import Permission, may, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.errors import address
from lms.web.evidence import Kept, keep, kept_before
from lms.web.files import from_store
from lms.web.hours.blueprint import pages
from lms.web.hours.forms import CorrectionForm, OutsideForm
from lms.web.hours.words import STATES, plain_hours, type_name


@pages.get("/my-hours/outside/new")
@permit(Permission.LEARN)
def new() -> str:
    """A form for what one learned elsewhere."""
    return _form_page(_form())


@pages.post("/my-hours/outside")
@permit(Permission.LEARN)
def report() -> Answer:
    """Report it, with its evidence."""
    form = _form()
    with again(lambda refused: _form_page(form, refused)):
        kept = _kept(form)
        if not form.validate() or kept is None:
            _ask_for_evidence(form, kept)
            return _form_page(form), INVALID
        db, actor = acting()
        outside.report(db, actor.id, form.wanted, kept.store(db))
    doors.commit()
    say(_("It is reported. Your head is asked to recognise it"))
    return see_other(url_for("hours.mine", year=form.wanted.until_on.year))


@pages.get("/outside-learning/<int:outside_id>")
@permit(Permission.LEARN)
def show(outside_id: int) -> str:
    """One report: for whose it is, for who decides on it, for training officers."""
    one = _seen(outside_id)
    return _page(one, *_forms(one))


@pages.post("/outside-learning/<int:outside_id>")
@permit(Permission.LEARN)
def change(outside_id: int) -> Answer:
    """Correct one's own report; a returned one is sent again by that."""
    form = _form()
    own = _own(outside_id)
    with again(lambda refused: _page(_seen(outside_id), form, None, refused)):
        kept = _kept(form)
        if not form.validate():
            return _page(own, form, None), INVALID
        db, actor = acting()
        outside.correct_own(db, actor.id, outside_id, form.wanted, kept.store(db) if kept else None)
    doors.commit()
    say(_("It is changed and waits for your head"))
    return see_other(url_for("hours.mine", year=form.wanted.until_on.year))


@pages.post("/outside-learning/<int:outside_id>/withdrawal")
@permit(Permission.LEARN)
def withdraw(outside_id: int) -> Answer:
    """Take one's own report back."""
    db, actor = acting()
    outside.withdraw(db, actor.id, _own(outside_id).id)
    doors.commit()
    say(_("Your report is withdrawn"))
    return see_other(url_for("hours.mine"))


@pages.post("/outside-learning/<int:outside_id>/correction")
@permit(Permission.PLAN)
def correct(outside_id: int) -> Answer:
    """Recognise another number of hours, with a reason."""
    form = CorrectionForm()
    one = _seen(outside_id)
    if not form.validate():
        return _page(one, None, form), INVALID
    with again(lambda refused: _page(_seen(outside_id), None, form, refused)):
        db, actor = acting()
        outside.correct(db, actor.id, outside_id, form.minutes, form.reason.data or "")
    doors.commit()
    say(_("The hours are corrected"))
    return see_other(url_for("hours.show", outside_id=outside_id))


@pages.get("/outside-learning/<int:outside_id>/evidence")
@permit(Permission.LEARN)
def evidence(outside_id: int) -> Response:
    """The file that was sent with it. Pictures are shown, a PDF is saved."""
    one = _seen(outside_id)
    return from_store(one.evidence_sha256, one.evidence_name)


def _reach(actor: Actor) -> ColumnElement[bool]:
    return or_(
        visible(actor, OutsideLearning),
        visible(actor, OutsideLearning, Permission.APPROVE),
        visible(actor, OutsideLearning, Permission.PLAN),
    )


def _seen(outside_id: int) -> OutsideLearning:
    whole = select(OutsideLearning).options(joinedload(OutsideLearning.person))
    return found(whole.where(OutsideLearning.id == outside_id, _reach(me())))


def _own(outside_id: int) -> OutsideLearning:
    whole = select(OutsideLearning).options(joinedload(OutsideLearning.person))
    return found(whole.where(OutsideLearning.id == outside_id, visible(me(), OutsideLearning)))


def _form() -> OutsideForm:
    return OutsideForm(rules=rules(doors.looking(), clock.today().year))


def _forms(one: OutsideLearning) -> tuple[OutsideForm | None, CorrectionForm | None]:
    """What the reader can do with it: change one's own open one; an officer, correct what is recognised."""
    if one.person_id == me().id:
        own = OutsideForm.of(one, rules(doors.looking(), clock.today().year)) if one.is_open else None
        return own, None
    if one.recognised_minutes is None or not may(me(), Permission.PLAN):
        return None, None
    return None, CorrectionForm(None, hours=plain_hours(one.recognised_minutes))


def _kept(form: OutsideForm) -> Kept | None:
    """The evidence sent now, or before with the same form. Raises `Refused` for what is none."""
    kept = keep(form.evidence.data) if form.evidence.data else kept_before(form.kept.data or "")
    if kept:
        form.kept.data = kept.ticket
    return kept


def _ask_for_evidence(form: OutsideForm, kept: Kept | None) -> None:
    if kept is None:
        form.evidence.errors = [_("Add the certificate or receipt as a file")]


def _form_page(form: OutsideForm, refused: Refused | None = None) -> str:
    kept = kept_before(form.kept.data or "")
    return render_template(
        "hours/new.html",
        form=form,
        kept=kept.name if kept else "",
        error=words(refused.message) if refused else None,
        way=_way(refused),
    )


def _page(
    one: OutsideLearning, form: OutsideForm | None, correction: CorrectionForm | None, refused: Refused | None = None
) -> str:
    said: Any = rules(doors.looking(), one.year)
    return render_template(
        "hours/show.html",
        one=one,
        own=one.person_id == me().id,
        form=form,
        correction=correction,
        type=type_name(said, one.type),
        state=STATES[one.state],
        error=words(refused.message) if refused else None,
        way=_way(refused),
    )


def _way(refused: Refused | None) -> tuple[str, str] | None:
    """The way out of a refusal: its address, and what it is called."""
    way = refused.way_out if refused else None
    return (address(way), words(way.label)) if way else None
