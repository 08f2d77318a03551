"""The tree, and one unit of it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import reckoned
from courses.people import tree
from courses.people.deputies import deputies
from courses.people.models import OrgUnit
from courses.people.tree import Line
from courses.permissions import Permission, may, visible
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found, is_fragment, key
from lms.web.units.blueprint import pages
from lms.web.units.forms import DeputyForm

_LONGEST = 80


@pages.get("/units")
@permit(Permission.HEAD_UNIT)
def index() -> str:
    """The organisation in official order, opened as far as asked for; heads see the units they head."""
    if not may(me(), Permission.MANAGE_PEOPLE):
        return _own()
    db, query = doors.session(), request.args.get("q", "").strip()[:_LONGEST]
    closed = request.args.get("closed") == "y"
    opened = request.args.get("open", type=key)
    lines, total = tree.found(db, query, closed=closed) if query else (tree.opened(db, opened, closed=closed), 0)
    _complete(db, lines)
    return render_template(
        "units/results.html" if is_fragment() else "units/index.html",
        lines=lines,
        total=total,
        query=query,
        closed=closed,
        today=clock.today(),
    )


@pages.get("/units/<int:unit_id>")
@permit(Permission.HEAD_UNIT)
def show(unit_id: int) -> str:
    """Who is in it, what is below, who stands in for the head."""
    return unit_page(unit_for(unit_id), DeputyForm(formdata=None))


def unit_for(unit_id: int) -> OrgUnit:
    """A unit that the person heads or looks after; 404 for others."""
    return found(select(OrgUnit).where(OrgUnit.id == unit_id, visible(me(), OrgUnit, Permission.HEAD_UNIT)))


def unit_page(unit: OrgUnit, form: Any, refused: str = "") -> str:
    """The page of a unit, with the form to name a deputy as it was sent."""
    db = doors.looking()
    line, below, above = tree.around(db, unit.id)
    _complete(db, [line, *below])
    return render_template(
        "units/show.html",
        unit=unit,
        line=line,
        below=below,
        above=above,
        deputies=deputies(db, unit.id),
        form=form,
        refused=refused,
        today=clock.today(),
    )


def _own() -> str:
    db = doors.session()
    mine = db.scalars(select(OrgUnit.id).where(visible(me(), OrgUnit, Permission.HEAD_UNIT))).all()
    lines = tree.some(db, mine)
    _complete(db, lines)
    return render_template("units/own.html", lines=lines, today=clock.today())


def _complete(db: Session, lines: list[Line]) -> None:
    tree.count(db, lines, kept=reckoned.is_right(db))
    tree.with_heads(db, lines)
