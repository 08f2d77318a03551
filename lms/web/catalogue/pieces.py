"""Pieces of the catalogue that are sent alone: a run's card as a row of the list, or the box of its own page."""

from __future__ import annotations

from flask import render_template

from courses.enrolment import listing
from courses.enrolment.queries import clashes
from courses.people.actor import Actor
from lms import db as doors
from lms.web.catalogue.cards import Card, Cards

ROW, PAGE = "row", "page"
_TEMPLATES = {ROW: "catalogue/row.html", PAGE: "catalogue/box.html"}


def fresh(actor: Actor, run_id: int, part: str) -> Card:
    """The card as it stands now."""
    db = doors.looking()
    run = listing.run(db, actor.id, run_id)
    return Cards(actor, part).card(run, clashes(db, actor.id, [run_id]).get(run_id))


def piece(actor: Actor, run_id: int, part: str, said: str, undo: str | None) -> str:
    """What htmx swaps in after enrolling or withdrawing, with the words of the toast."""
    template = _TEMPLATES.get(part, _TEMPLATES[ROW])
    return render_template(template, card=fresh(actor, run_id, part), said=said, undo=undo)
