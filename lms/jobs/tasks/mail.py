"""Sending mail that waits. A worker that dies in between sends at most one mail again, under the same name (into a
folder, some of them: there they are the same files).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.notices.models import Message, MessageState
from courses.settings.organisation import Organisation, organisation
from lms.jobs.handlers import handler
from lms.jobs.queue import later
from lms.jobs.work import Work
from lms.mail import Mail, NotNow, Outbox, Undeliverable, Unreachable, outbox

_PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
"""How long to wait after each time in vain; after the last one the mail has failed."""
_LINE = 400


@handler("mail")
def mail(work: Work, ids: list[int]) -> None:
    """Send these messages, as far as they wait; those that the server does not take now are tried again later."""
    with work.database.look() as db:
        waiting, named = _waiting(db, ids), organisation(db)
    errors: list[str] = []
    try:
        with outbox(work.config) as post:
            for number, some in enumerate(in_parts(waiting, post.together)):
                work.progress(number * post.together, len(waiting))
                errors += _post_all(work, post, some, named)
    except Unreachable as error:
        errors.append(str(error))
    if errors:
        _postpone(work, ids, errors[-1])


def _waiting(db: Session, ids: list[int]) -> list[Message]:
    statement = select(Message).where(Message.id.in_(ids), Message.state == MessageState.WAITING)
    return list(db.scalars(statement.order_by(Message.id)))


def _post_all(work: Work, post: Outbox, messages: Sequence[Message], named: Organisation) -> list[str]:
    """Send these and write down what came of each; returns why some have to wait, where they have to."""
    errors: list[str] = []
    sent: list[int] = []
    refused: dict[int, str] = {}
    for message in messages:
        try:
            post.post(_mail(work, message, named))
            sent.append(message.id)
        except Undeliverable as error:
            refused[message.id] = str(error)[:_LINE]
        except NotNow as error:
            errors.append(str(error))
    if sent or refused:
        with work.begin() as db:
            _tried(db, sent, state=MessageState.SENT, error="", sent_at=clock.now())
            for message_id, why in refused.items():
                _tried(db, [message_id], state=MessageState.FAILED, error=why)
    return errors


def _tried(db: Session, ids: Sequence[int], **change: Any) -> None:
    if ids:
        db.execute(update(Message).where(Message.id.in_(ids)).values(attempts=Message.attempts + 1, **change))


def _mail(work: Work, message: Message, named: Organisation) -> Mail:
    return Mail(
        key=message.key,
        to=(message.name, message.address),
        sender=(named.name if message.language == "ko" else named.name_en, work.config.mail_from),
        subject=message.subject,
        body=message.body,
        written_at=message.created_at,
        calendars=message.calendars,
    )


def _postpone(work: Work, ids: list[int], error: str) -> None:
    """Those that still wait have been tried once more; each that has been tried too often has failed."""
    with work.begin(last=True) as db:
        left = _waiting(db, ids)
        for message in left:
            message.attempts, message.error = message.attempts + 1, error[:_LINE]
            if message.attempts > len(_PAUSES):
                message.state = MessageState.FAILED
        again = [message for message in left if message.state is MessageState.WAITING]
        if again:
            tried = max(message.attempts for message in again)
            later(db, "mail", due_at=clock.now() + _PAUSES[tried - 1], ids=[message.id for message in again])
