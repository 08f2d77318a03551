"""A few runs that a person could enrol in with one press."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from sqlalchemy.orm import Session

from courses.enrolment import listing
from courses.enrolment.listing import Listed, Wanted
from courses.enrolment.queries import clashes
from courses.people.actor import Actor
from lms.web.catalogue.cards import Card, Cards

_COUNT = 3
_NEVER = datetime.max.replace(tzinfo=UTC)


def suggested(db: Session, actor: Actor) -> list[Card]:
    """The open runs with a free seat that fit the person, those first whose applications close first."""
    runs = [run for run in listing.runs(db, actor.id, Wanted(free=True)) if _is_new(run)]
    met = clashes(db, actor.id, [run.id for run in runs]) if runs else {}
    fit = [run for run in runs if run.id not in met]
    fit.sort(key=lambda run: (run.apply_until or _NEVER, run.starts_on, run.id))
    cards = Cards(actor)
    open_ = (cards.card(run, None) for run in _one_of_each(fit))
    return list(islice((card for card in open_ if any(button.posts for button in card.buttons)), _COUNT))


def _is_new(run: Listed) -> bool:
    return run.enrolment_id is None and not run.completed


def _one_of_each(runs: list[Listed]) -> list[Listed]:
    """One run of a course is enough."""
    first: dict[int, Listed] = {}
    for run in runs:
        first.setdefault(run.course_id, run)
    return list(first.values())
