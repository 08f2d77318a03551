"""Pieces of the catalogue that are sent alone: a run's card as a row of the list, or the box of its own page."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template

from courses.enrolment import listing
from courses.enrolment.listing import Listed
from courses.enrolment.models import Status
from courses.enrolment.queries import clashes
from courses.enrolment.states import SEATED
from courses.people.actor import Actor
from lms import db as doors
from lms.web.catalogue.cards import Card, Cards

ROW, PAGE = "row", "page"
Said = str | Callable[[Listed], str]
"""Words, or what makes them of the run as it stands after the commit, when it is read once."""
_TEMPLATES = {ROW: "catalogue/row.html", PAGE: "catalogue/box.html"}


def piece(actor: Actor, run_id: int, part: str, said: Said, undo: str | None) -> str:
    """What htmx swaps in after enrolling or withdrawing, with the words of the toast."""
    run, template = listing.run(doors.looking(), actor.id, run_id), _TEMPLATES.get(part, _TEMPLATES[ROW])
    words = said if isinstance(said, str) else said(run)
    return render_template(template, card=_card(actor, run, part), said=words, undo=undo)


def _card(actor: Actor, run: Listed, part: str) -> Card:
    """Whoever has a place there meets nothing else."""
    has_place = run.status in SEATED or run.status is Status.WAITLISTED
    clash = None if has_place else clashes(doors.looking(), actor.id, [run.id]).get(run.id)
    shareless = () if has_place else listing.shareless(doors.looking(), actor.id, [run])
    return Cards(actor, part, shareless).card(run, clash)
