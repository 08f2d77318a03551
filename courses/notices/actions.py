"""Telling, reading, and sending again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.enrolment.queries import seated
from courses.errors import Refused, without_number
from courses.events.actions import record
from courses.events.facts import Changed, Written
from courses.notices.models import Channel, Message, MessageState, Notice
from courses.notices.occasions import Note
from courses.scheduling.models import Run
from courses.text import clean, text

SUBJECT, BODY = 120, 4000
"""Characters of a message that an officer may write."""
MANY = 50
"""To more people than this a message is looked at once more before it goes out."""
_AT_ONCE = 400
_PREFIXES = {Channel.MAIL: "", Channel.TEXT: "text:"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A note's mail or text message, ready to go: to whom, in which language, in which words.

    `address`: of mail, or the employee number. `calendars`: one iTIP object each.
    """

    address: str
    name: str
    language: str
    subject: str
    body: str
    calendars: tuple[str, ...] = ()
    channel: Channel = Channel.MAIL


def untold(db: Session, notes: Sequence[Note]) -> list[Note]:
    """Those that were not told before, each once."""
    wanted = {note.key: note for note in notes}
    for keys in in_parts(list(wanted), _AT_ONCE):
        for key in db.scalars(select(Notice.key).where(Notice.key.in_(keys))):
            del wanted[key]
    return list(wanted.values())


def tell(db: Session, notes: Sequence[tuple[Note, Sequence[Letter]]]) -> list[int]:
    """Put the notes into the inboxes, and their letters among what goes out; returns the ids of the mails.

    Notes told before are left out. What is quiet comes as read. Text messages wait until somebody hands them over.
    """
    letters = {note.key: some for note, some in notes}
    notices = [_notice(note) for note in untold(db, [note for note, _ in notes])]
    db.add_all(notices)
    db.flush()
    messages = [_message(notice, letter) for notice in notices for letter in letters[notice.key]]
    db.add_all(messages)
    db.flush()
    return [message.id for message in messages if message.channel is Channel.MAIL]


def _notice(note: Note) -> Notice:
    now = clock.now()
    return Notice(
        key=note.key,
        person_id=note.person_id,
        kind=note.kind,
        run_id=note.run_id,
        facts=note.facts,
        created_at=now,
        read_at=now if note.quiet else None,
    )


def _message(notice: Notice, letter: Letter) -> Message:
    return Message(
        key=sha256(f"{_PREFIXES[letter.channel]}{notice.key}".encode()).hexdigest()[:32],
        notice_id=notice.id,
        channel=letter.channel,
        address=letter.address,
        name=letter.name,
        language=letter.language,
        subject=letter.subject,
        body=letter.body,
        calendars=list(letter.calendars),
        created_at=notice.created_at,
    )


def read(db: Session, notice: Notice) -> None:
    """The person has seen it."""
    notice.read_at = notice.read_at or clock.now()
    db.flush()


def read_all(db: Session, person_id: int) -> None:
    """The person has seen everything there is."""
    unread = (Notice.person_id == person_id, Notice.read_at.is_(None))
    db.execute(update(Notice).where(*unread).values(read_at=clock.now()))


def write(db: Session, actor_id: int, run: Run, subject: str, body: str) -> None:
    """Have an officer's words sent to all who have a seat in the run. Raises `Refused` when there are none."""
    subject, body = clean(subject), body.replace("\r\n", "\n").strip()
    if not subject or not body:
        raise Refused(text("A message needs a subject and a text"), code="empty")
    if len(subject) > SUBJECT or len(body) > BODY:
        raise Refused(text("A message has at most %(n)s characters", n=BODY), code="long")
    without_number(subject, text("Subject line"))
    without_number(body, text("Text"))
    if not seated(db, run.id):
        raise Refused(text("Nobody has a seat in this run: there is nobody to write to."), code="nobody")
    record(db, actor_id, Written(run.id, subject, body))


def send_again(db: Session, actor_id: int, message: Message) -> None:
    """Give a mail that could not be delivered another try. Raises `Refused` for one that is not failed."""
    if message.state is not MessageState.FAILED:
        raise Refused(text("Only mail that could not be delivered is sent again"), code="not_failed")
    message.state, message.attempts, message.error = MessageState.WAITING, 0, ""
    db.flush()
    was, now = {"state": MessageState.FAILED.value}, {"state": MessageState.WAITING.value}
    record(db, actor_id, Changed("message", message.id, was, now))
