"""Text messages: which kinds of notices go as one, how long they are, and handing them over.

The organisation has a system of its own that knows everybody's telephone. It takes a file of lines, each with an
employee number and the words; a line goes into one file only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import HandedOver
from courses.notices.models import Channel, Message, MessageState, Notice, NoticeKind
from courses.settings.models import Setting
from courses.text import clean, text

SHORT, LONG = 90, 2000
"""Bytes of a short and of a long text message in Korea, in the code of telephones (EUC-KR)."""
_SETTING = "text_kinds"
_CODE = "cp949"
_UNKNOWN = 2
_MORE = "…"


def text_kinds(db: Session) -> frozenset[NoticeKind]:
    """The kinds of notices that go as a text message, too."""
    setting = db.get(Setting, _SETTING)
    return frozenset(NoticeKind(kind) for kind in setting.value) if setting else frozenset()


def choose_text_kinds(db: Session, actor_id: int, kinds: Collection[NoticeKind]) -> None:
    """Have these kinds, and no others, go as text messages from now on."""
    before = sorted(text_kinds(db))
    db.merge(Setting(name=_SETTING, value=sorted(kinds)))
    db.flush()
    record_change(db, actor_id, "notices", 1, {_SETTING: before}, {_SETTING: sorted(kinds)})


def size(words: str) -> int:
    """Bytes of a text message. What telephones do not know counts as two."""
    return sum(len(one.encode(_CODE, "ignore")) or _UNKNOWN for one in words)


def is_long(words: str) -> bool:
    """Whether it goes as a long message (LMS), not as a short one (SMS)."""
    return size(words) > SHORT


def fitted(sender: str, headline: str, lines: Iterable[str]) -> str:
    """The words of a message: short if the headline allows it, with the sender and as many lines as there is room for.

    Where the headline alone is too long, all of it goes as a long message.
    """
    headline = clean(headline)
    opening = f"[{clean(sender)}] {headline}"
    start = opening if not is_long(opening) else headline
    if is_long(start):
        return _cut("\n".join([opening, *map(clean, lines)]))
    for line in map(clean, lines):
        if is_long(f"{start}\n{line}"):
            break
        start = f"{start}\n{line}"
    return start


def _cut(words: str) -> str:
    if size(words) <= LONG:
        return words
    while size(words) > LONG - _UNKNOWN:
        words = words[:-1]
    return words + _MORE


class Line(NamedTuple):
    """A line of the file: to whom, what, which kind of notice, and when it was written."""

    number: str
    name: str
    words: str
    kind: NoticeKind
    created_at: datetime


class Batch(NamedTuple):
    """A file that was handed over: how many lines, and when."""

    number: int
    lines: int
    at: datetime


def hand_over(db: Session, actor_id: int) -> int:
    """Put everything that waits into a new file; returns its number. Raises `Refused` when nothing waits.

    Two who ask at the same moment get a file each, without a line in both.
    """
    waiting = select(Message.id).where(Message.channel == Channel.TEXT, Message.state == MessageState.WAITING)
    ids = db.scalars(waiting.order_by(Message.id).with_for_update()).all()
    if not ids:
        raise Refused(text("No text message waits to be handed over."), code="nothing")
    number = (db.scalar(select(func.max(Message.batch))) or 0) + 1
    taken = {"state": MessageState.SENT, "sent_at": clock.now(), "batch": number, "attempts": 1}
    db.execute(
        update(Message)
        .where(Message.channel == Channel.TEXT, Message.state == MessageState.WAITING, Message.id <= ids[-1])
        .values(taken)
        .execution_options(synchronize_session=False)
    )
    record(db, actor_id, HandedOver(number, len(ids)))
    return number


def lines(db: Session, batch: int) -> list[Line]:
    """What stands in a file, as it was handed over."""
    found = (
        select(Message.address, Message.name, Message.body, Notice.kind, Message.created_at)
        .join(Notice, Notice.id == Message.notice_id)
        .where(Message.batch == batch)
        .order_by(Message.id)
    )
    return [Line._make(row) for row in db.execute(found)]


def batches(db: Session, *, most: int = 10) -> Sequence[Batch]:
    """The latest files."""
    found = (
        select(Message.batch, func.count(), func.min(Message.sent_at))
        .where(Message.batch.is_not(None))
        .group_by(Message.batch)
        .order_by(Message.batch.desc())
        .limit(most)
    )
    return [Batch._make(row) for row in db.execute(found)]
