"""The inbox, who was told what, and mail that did not get through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from courses.db import KEY, rows
from courses.notices.models import Message, MessageState, Notice, NoticeKind
from courses.people.models import Person

PAGE = 30
TOLD = 100


def unread(db: Session, person_id: int) -> int:
    """How many notices the person has not seen."""
    return int(rows(db, _UNREAD, {"person_id": person_id}).scalar_one())


_UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == bindparam("person_id", type_=KEY), Notice.read_at.is_(None))
)
"""Built once: every page asks it."""


def inbox(db: Session, person_id: int, page: int = 1) -> Sequence[Notice]:
    """A page of the person's notices, the latest first, and one more where there is another page."""
    statement = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    return db.scalars(statement.limit(PAGE + 1).offset(PAGE * (page - 1))).all()


class Told(NamedTuple):
    """One notice of a run: to whom, what, when; its mail, where there is one (`state` None: none was wanted)."""

    notice_id: int
    name: str
    kind: NoticeKind
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    message_id: int | None
    address: str | None
    state: MessageState | None
    sent_at: datetime | None
    error: str | None


def of_run(db: Session, run_id: int, page: int = 1) -> list[Told]:
    """A page of who was told what of a run, the latest first, and one more where there is another page."""
    found = rows(
        db, _told().where(Notice.run_id == run_id).order_by(Notice.id.desc()).limit(TOLD + 1).offset(TOLD * (page - 1))
    )
    return [Told._make(row) for row in found]


def failures(db: Session, limit: int = 100) -> list[Told]:
    """Mail that could not be delivered, the latest first."""
    failed = _told().where(Message.state == MessageState.FAILED).order_by(Message.id.desc())
    return [Told._make(row) for row in rows(db, failed.limit(limit)).all()]


def failed_of_run(db: Session, run_id: int) -> int:
    """How many mails of a run could not be delivered."""
    statement = select(func.count()).select_from(Message).join(Notice, Notice.id == Message.notice_id)
    return db.scalar(statement.where(Notice.run_id == run_id, Message.state == MessageState.FAILED)) or 0


def _told() -> Any:
    return (
        select(
            Notice.id,
            Person.name,
            Notice.kind,
            Notice.facts,
            Notice.created_at,
            Notice.read_at,
            Message.id,
            Message.address,
            Message.state,
            Message.sent_at,
            Message.error,
        )
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(Message, Message.notice_id == Notice.id)
    )
