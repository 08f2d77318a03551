"""The box on a run's page: how one stands, what pressing the button does, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from courses.enrolment.allocation import SHARES, Share
from courses.enrolment.answer import (
    Basis,
    CutOff,
    Entrants,
    Present,
    SeatAnswer,
    Seats,
    Then,
    answer,
    grounds,
    motive_and_reason,
)
from courses.enrolment.listing import Listed
from courses.enrolment.models import Status
from courses.enrolment.states import ENDED
from courses.errors import Refused
from courses.hours.queries import Outlook, outlook
from courses.people.actor import Actor
from courses.scheduling.models import Mode, Run, RunState
from courses.text import text
from lms import db as doors
from lms.i18n import _, ngettext, words
from lms.web.catalogue.cards import Button, Card, Cards, State
from lms.web.catalogue.pieces import PAGE
from lms.web.errors import address
from lms.web.formats import hours as _hours
from lms.web.formats import number

HOW = {
    Mode.SELECTION: text("Your head approves, your department ranks, a training officer selects."),
    Mode.DRAW: text("Places are drawn by lot once applications have closed."),
    Mode.FIRST_COME: text("Seats go in the order of applications."),
    Mode.ASSIGNED: text("A training officer or your department's clerk says who takes part."),
    Mode.OPEN: text("Everybody who applies has a seat."),
}


class Motive(NamedTuple):
    """A form that asks for one: posts to `url`, with what it holds now, and the words of its button."""

    url: str
    value: str
    required: bool
    button: Markup


class Box(NamedTuple):
    """A run's card and what to say under it: `how` places are given out, rows of (name, words), why it ended so.

    `grounds`, `history`: addresses of what a place depends on, and of what became of the person's own enrolment.
    """

    card: Card
    how: str
    rows: list[tuple[str, str]]
    reason: str = ""
    motive: Motive | None = None
    grounds: str = ""
    history: str = ""


def box(db: Session, actor: Actor, run: Run, listed: Listed) -> Box:
    """The box of a run (its course loaded) for the person, for whom it is `listed` so."""
    own = listed.enrolment_id
    history = url_for("history.show", enrolment_id=own) if own else ""
    return _box(db, actor, run, listed)._replace(history=history)


def _box(db: Session, actor: Actor, run: Run, listed: Listed) -> Box:
    card, status = Cards(actor, PAGE).card(listed, None), listed.status
    how = words(HOW[run.mode]) if run.state is RunState.PUBLISHED else ""
    motive, reason = motive_and_reason(db, run.id, actor.id) if status in _DECIDED else ("", "")
    if run.state is not RunState.PUBLISHED or status not in (None, *ENDED):
        sends = status is Status.RETURNED and run.state is RunState.PUBLISHED
        return Box(card, how, [], reason, _again(run, listed, motive) if sends else None)
    said = answer(db, run, actor.id)
    if said.refused:
        return Box(card if status is Status.NOT_SELECTED else _refused(card, said.refused), how, [], reason)
    asks = said.retake or said.mode is Mode.SELECTION
    button = _button(run, said)
    card = card._replace(state=None, buttons=[] if asks else [button])
    form = Motive(button.url, "", said.retake, button.text) if asks else None
    return Box(card, how, list(_rows(said)), reason, form, url_for("catalogue.grounds", run_id=run.id))


_DECIDED = (Status.RETURNED, Status.NOT_SELECTED)


def _again(run: Run, listed: Listed, motive: str) -> Motive:
    """A returned application, to be corrected and sent again."""
    return Motive(f"/enrolments/{listed.enrolment_id}/application", motive, False, escape(_("Send again")))


def _refused(card: Card, refused: Refused) -> Card:
    """The reason in the place of the button, with the way out unless it is this very page."""
    way = refused.way_out
    there = way is not None and not (way.kind == "run" and way.id == card.id)
    links = []
    if way and there:
        links = [Button(escape(words(way.label)), address(way), posts=False)]
    return card._replace(state=State(escape(words(refused.message))), buttons=links)


def _button(run: Run, said: SeatAnswer) -> Button:
    queues = said.then is Then.QUEUE
    label = _("Join the queue") if queues else _("Enrol")
    return Button(escape(label), f"/runs/{run.id}/enrolments?part={PAGE}", "" if queues else "primary")


def _rows(said: SeatAnswer) -> Iterator[tuple[str, str]]:
    """What comes of it; the `grounds` are asked for apart."""
    yield _("If you press now"), _then(said)
    if said.seats.own is not None:
        yield _("Your share"), _share(said.seats)


def _then(said: SeatAnswer) -> str:
    if said.then is Then.SEAT:
        return _("you have a seat")
    if said.then is Then.QUEUE:
        return _("you are number %(n)s in the queue", n=said.place)
    return _("you take part in the draw") if said.mode is Mode.DRAW else _("your head is asked to approve")


def on_grounds(db: Session, actor: Actor, run: Run) -> list[tuple[str, str]]:
    """On what a place in the run depends for the person, in rows of (name, words); only what there is to say."""
    found = grounds(db, run, actor.id)
    ahead = outlook(db, run, actor.id, doors.current_organisation().target_hours)
    rows = [
        (_("Approval"), "" if found.approver is None else _approver(found.approver)),
        (_("Basis"), _basis(found.basis) if found.basis else ""),
        (_("List so far"), _present(found.present) if found.present else ""),
        (_("List so far"), _entrants(found.entrants, run) if found.entrants else ""),
        (_("Last time"), _cut_off(found.cut_off) if found.cut_off else ""),
        (_("Recognised hours %(year)s", year=ahead.year), _gained(ahead)),
    ]
    return [(name, words) for name, words in rows if words]


def _approver(unit: str) -> str:
    return _("the head of %(unit)s", unit=unit) if unit else _("a training officer")


def _gained(hours: Outlook) -> str:
    gained = _("%(before)s → %(after)s", before=_hours(hours.before), after=_hours(hours.after))
    return gained + (" / " + _hours(hours.due) if hours.due else "")


def _share(seats: Seats) -> str:
    unit = seats.unit or _("units without a quota")
    return ngettext("%(n)s seat left for %(unit)s", "%(n)s seats left for %(unit)s", seats.own or 0, unit=unit)


def _basis(basis: Basis) -> str:
    said = [
        _("mandatory for you") if basis.mandatory else "",
        _("taken before") if basis.taken else _("never taken"),
        _("waited before") if basis.waited else "",
    ]
    return _("your department's rank, then: %(what)s", what=", ".join(filter(None, said)))


def _present(present: Present) -> str:
    place = _("approved now and without a rank: number %(n)s of %(people)s", n=present.place, people=present.people)
    inside = present.share is Share.SEAT
    said = f"{place}, " + _("within the seats") + "." if inside else f"{place}. {words(SHARES[present.share])}."
    if present.unapproved:
        said += " " + ngettext(
            "%(n)s other application is not approved yet.",
            "%(n)s other applications are not approved yet.",
            present.unapproved,
        )
    return said


def _entrants(entrants: Entrants, run: Run) -> str:
    seats = number((run.capacity or 0) - run.taken)
    said = _("with you %(n)s for %(seats)s seats", n=number(entrants.people), seats=seats)
    return said + (". " + _("As it stands, every lot of yours has a seat.") if entrants.sure else "")


def _cut_off(cut: CutOff) -> str:
    said = _("%(seated)s of %(applied)s got in", seated=number(cut.seated), applied=number(cut.applied))
    if cut.rank:
        return said + ", " + _("down to rank %(n)s", n=cut.rank)
    return said + (", " + _("down to lot %(n)s", n=cut.lot) if cut.lot else "")
