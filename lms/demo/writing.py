"""What the demo's officer writes: an official letter with its number, and text messages that wait to be handed over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from courses import clock
from courses.catalogue.models import Course
from courses.events.actions import kind_of
from courses.events.facts import Moved
from courses.events.models import Event
from courses.letters import actions, drafts
from courses.letters.models import Letter, LetterKind
from courses.notices import occasions, texts
from courses.notices.actions import tell
from courses.notices.models import Channel, NoticeKind
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from lms.config import Config
from lms.demo.plot import LETTER_OF
from lms.demo.stage import Stage, Timeline
from lms.letters import compose
from lms.web.letters.words import spoken

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_NUMBER = "교육지원과-2417"
_TEXTED = (NoticeKind.OFFERED, NoticeKind.CANCELLED)
"""What must not wait until somebody reads their mail."""


def write(stage: Stage, timeline: Timeline) -> None:
    """Put it on the timeline: the letter yesterday, its number a little later, the messages an hour ago."""
    officer_id = stage.people.officer.id
    timeline.at(stage.now - 20 * _HOUR, lambda db: _letter(db, officer_id))
    timeline.at(stage.now - 19 * _HOUR, lambda db: _numbered(db, officer_id))
    timeline.at(stage.now - _HOUR, lambda db: _text_messages(db, officer_id))


def _letter(db: Session, officer_id: int) -> None:
    """Who is selected, to every department that sends somebody."""
    of_course = select(Run).join(Run.course).options(contains_eager(Run.course)).where(Course.code == LETTER_OF)
    run, named = db.scalars(of_course.order_by(Run.starts_on.desc()).limit(1)).one(), organisation(db)
    said = spoken(drafts.draft(db, run, LetterKind.SELECTION, named), named)
    actions.write(db, officer_id, run, LetterKind.SELECTION, None, said.title, said.body, said.words)


def _numbered(db: Session, officer_id: int) -> None:
    letter = db.scalars(select(Letter)).one()
    actions.number(db, officer_id, letter, _NUMBER, clock.today())


def _text_messages(db: Session, officer_id: int) -> None:
    """To whom a seat is offered now: in their inbox as well, but mail of the past is not sent again."""
    texts.choose_text_kinds(db, officer_id, _TEXTED)
    moves = db.scalars(select(Event).where(Event.kind == kind_of(Moved), Event.at > clock.now() - _DAY)).all()
    notes = [one for one in occasions.of_moves(db, [_happened(move) for move in moves]) if one.kind in _TEXTED]
    composed = compose(db, Config.from_environment(), notes)
    tell(db, [(note, [one for one in some if one.channel is Channel.TEXT]) for note, some in composed])


def _happened(event: Event) -> dict[str, Any]:
    told = {"run_id": event.run_id, "person_id": event.person_id, "actor_id": event.actor_id}
    return {**event.data, **told, "at": event.at.isoformat()}
