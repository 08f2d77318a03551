"""What leaves the house: messages by channel, how far they have come, and those that did not get through."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from courses.events.actions import record
from courses.events.facts import Changed
from courses.notices.models import Channel, Message, MessageState, Notice, NoticeKind
from courses.people.models import Person

PAGE = 50
COUNTED = 10_000
"""Counting stops here: who asks wants to know what waits, not how many there ever were."""


class Wanted(NamedTuple):
    """Which messages; None: all the same."""

    channel: Channel | None = None
    state: MessageState | None = None
    kind: NoticeKind | None = None


Counts = dict[tuple[Channel, MessageState], int]


def counts(db: Session) -> Counts:
    """How many there are by channel and state, up to `COUNTED` + 1 each; in one statement."""
    pairs = [(channel, state) for channel in Channel for state in MessageState]
    found = db.execute(select(*(_count(*pair) for pair in pairs))).one()
    return dict(zip(pairs, found, strict=True))


def _count(channel: Channel, state: MessageState) -> Any:
    some = select(Message.id).where(Message.channel == channel, Message.state == state).limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def messages(db: Session, wanted: Wanted, before: int | None = None) -> tuple[list[Row[Any]], bool]:
    """A page of them, the latest first, those with ids under `before`; and whether there are more."""
    statement = _shown().order_by(Message.id.desc()).limit(PAGE + 1)
    if wanted.channel:
        statement = statement.where(Message.channel == wanted.channel)
    if wanted.state:
        statement = statement.where(Message.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Notice.kind == wanted.kind)
    if before is not None:
        statement = statement.where(Message.id < before)
    found = list(db.execute(statement).all())
    return found[:PAGE], len(found) > PAGE


def message(message_id: int) -> Any:
    """One of them with its words: `body`, `subject`, and how many calendar entries go with it."""
    return _shown().add_columns(Message.body, Message.calendars, Message.language).where(Message.id == message_id)


def _shown() -> Any:
    return (
        select(
            Message.id,
            Message.channel,
            Message.state,
            Message.subject,
            Message.address,
            Message.error,
            Message.attempts,
            Message.created_at,
            Message.sent_at,
            Message.batch,
            Message.name,
            Person.id.label("person_id"),
            Notice.kind,
            Notice.facts,
            Notice.run_id,
        )
        .join(Notice, Notice.id == Message.notice_id)
        .join(Person, Person.id == Notice.person_id)
    )


def send_failed_again(db: Session, actor_id: int, *, most: int = 1000) -> list[int]:
    """Give all mail that could not be delivered another try, the oldest first; returns the ids."""
    failed = select(Message.id).where(Message.channel == Channel.MAIL, Message.state == MessageState.FAILED)
    ids = list(db.scalars(failed.order_by(Message.id).limit(most).with_for_update()))
    if ids:
        anew = {"state": MessageState.WAITING, "attempts": 0, "error": ""}
        db.execute(update(Message).where(Message.id.in_(ids)).values(anew))
        was, now = {"state": MessageState.FAILED.value}, {"state": MessageState.WAITING.value}
        record(db, actor_id, Changed("messages", len(ids), was, now))
    return ids
