"""Units added, renamed, moved, put in order, closed and opened again."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from courses.people import reorganising
from courses.people.models import OrgUnit
from courses.people.units import shown_as
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, key, say, see_other
from lms.web.units.blueprint import pages
from lms.web.units.forms import ClosingForm, NewUnitForm, UnitForm


@pages.get("/units/new")
@permit(Permission.MANAGE_PEOPLE)
def new() -> str:
    """An empty form; `under` says where it is to hang."""
    under = request.args.get("under", type=key)
    above = doors.looking().get(OrgUnit, under) if under is not None else None
    return _form_page(NewUnitForm(formdata=None, data={"unit": shown_as(above)} if above else {}), None)


@pages.post("/units/new")
@permit(Permission.MANAGE_PEOPLE)
def add() -> Answer:
    """Add it, the last one under its superior."""
    form = NewUnitForm()
    if not form.validate():
        return _form_page(form, None), INVALID
    db, actor = acting()
    with again(lambda refused: _form_page(form, None, words(refused.message))):
        unit = reorganising.add_unit(db, actor.id, form.code.data or "", form.name.data or "", _above(form))
    unit_id = unit.id
    doors.commit()
    say(_("‘%(title)s’ is added", title=form.name.data))
    return see_other(url_for("units.show", unit_id=unit_id))


@pages.get("/units/<int:unit_id>/edit")
@permit(Permission.MANAGE_PEOPLE)
def edit(unit_id: int) -> str:
    """Its name, and what it hangs under."""
    unit = _unit(unit_id)
    above = doors.looking().get(OrgUnit, unit.parent_id) if unit.parent_id else None
    data = {"name": unit.name, "unit": shown_as(above) if above else ""}
    return _form_page(UnitForm(formdata=None, data=data), unit)


@pages.post("/units/<int:unit_id>/edit")
@permit(Permission.MANAGE_PEOPLE)
def save(unit_id: int) -> Answer:
    """Rename it, or move it with everything below."""
    form = UnitForm()
    if not form.validate():
        return _form_page(form, _unit(unit_id)), INVALID
    db, actor = acting()
    with again(lambda refused: _form_page(form, _unit(unit_id), words(refused.message))):
        reorganising.edit_unit(db, actor.id, _unit(unit_id), form.name.data or "", _above(form))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("units.show", unit_id=unit_id))


@pages.post("/units/<int:unit_id>/position")
@permit(Permission.MANAGE_PEOPLE)
def step(unit_id: int) -> Answer:
    """One place up or down among its neighbours."""
    db, actor = acting()
    unit = _unit(unit_id)
    parent_id = unit.parent_id
    reorganising.step_unit(db, actor.id, unit, up=request.form.get("step") == "up")
    doors.commit()
    anchor = f"unit-{unit_id}"
    if parent_id is None:
        return see_other(url_for("units.index", _anchor=anchor))
    return see_other(url_for("units.show", unit_id=parent_id, _anchor=anchor))


@pages.get("/units/<int:unit_id>/closing")
@permit(Permission.MANAGE_PEOPLE)
def closing(unit_id: int) -> str:
    """From when on?"""
    return _closing_page(_unit(unit_id), ClosingForm(formdata=None))


@pages.post("/units/<int:unit_id>/closing")
@permit(Permission.MANAGE_PEOPLE)
def close(unit_id: int) -> Answer:
    """Close it; its history stays."""
    form = ClosingForm()
    if not form.validate():
        return _closing_page(_unit(unit_id), form), INVALID
    db, actor = acting()
    with again(lambda refused: _closing_page(_unit(unit_id), form, words(refused.message))):
        reorganising.close_unit(db, actor.id, _unit(unit_id), form.day.data)
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("units.show", unit_id=unit_id))


@pages.post("/units/<int:unit_id>/opening")
@permit(Permission.MANAGE_PEOPLE)
def open_again(unit_id: int) -> Answer:
    """Take the closing back."""
    db, actor = acting()
    reorganising.open_again(db, actor.id, _unit(unit_id))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("units.show", unit_id=unit_id))


def _unit(unit_id: int) -> OrgUnit:
    return found(select(OrgUnit).where(OrgUnit.id == unit_id))


def _above(form: Any) -> OrgUnit | None:
    """The unit that was chosen, of the session that is open."""
    chosen = form.unit.unit
    above = doors.looking().get(OrgUnit, chosen.id) if chosen else None
    if chosen and above is None:
        abort(404)
    return above


def _form_page(form: Any, unit: OrgUnit | None, refused: str = "") -> str:
    return render_template("units/form.html", form=form, unit=unit, refused=refused)


def _closing_page(unit: OrgUnit, form: ClosingForm, refused: str = "") -> str:
    return render_template("units/closing.html", form=form, unit=unit, refused=refused)
