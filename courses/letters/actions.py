"""Writing a letter down, and the number that the document system gave it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused, without_number
from courses.events.actions import record
from courses.events.facts import LetterNumbered, LetterWritten
from courses.letters.models import Letter, LetterKind
from courses.scheduling.models import Run
from courses.text import clean, text
from courses.workplace.planning import Half

TITLE, BODY, NUMBER = 200, 20_000, 80
"""Characters of a title, a body and a document number."""
LINES = 500
"""Lines of a body: a HWPX file takes much longer with each."""


@dataclass(frozen=True)
class Table:
    """An enclosure in words: its name, headings and rows; a `form` is to be filled in."""

    name: str
    headings: list[str]
    rows: list[list[str | int]]
    form: bool = False


@dataclass(frozen=True)
class Words:
    """A letter in words, of the organisation and by its head as they are called now."""

    language: str
    organisation: str
    issuer: str
    receivers: list[str]
    tables: list[Table]

    @classmethod
    def of(cls, letter: Letter) -> Words:
        """What was stored with a letter."""
        facts = letter.facts
        tables = [Table(**table) for table in facts["tables"]]
        return cls(facts["language"], facts["organisation"], facts["issuer"], facts["receivers"], tables)


def write(
    db: Session,
    actor_id: int,
    about: Run | Half,
    kind: LetterKind,
    unit_id: int | None,
    title: str,
    body: str,
    words: Words,
) -> Letter:
    """Keep a letter as it is. Raises `Refused` without a title or a body, and for what is too long."""
    title, body = clean(title), body.replace("\r\n", "\n").strip("\n").rstrip()
    if not title or not body:
        raise Refused(text("A letter needs a title and a text"), code="empty")
    if len(title) > TITLE or len(body) > BODY:
        said = text("A title has at most %(title)s characters, a text %(body)s", title=TITLE, body=f"{BODY:,}")
        raise Refused(said, code="long")
    if body.count("\n") >= LINES:
        raise Refused(text("A text has at most %(n)s lines", n=LINES), code="lines")
    without_number(title, text("Subject line"))
    without_number(body, text("Text"))
    facts: dict[str, Any] = asdict(words)
    letter = Letter(
        run_id=about.id if isinstance(about, Run) else None,
        half=about.key if isinstance(about, Half) else None,
        kind=kind,
        unit_id=unit_id,
        title=title,
        body=body,
        facts=facts,
        written_by_id=actor_id,
        created_at=clock.now(),
        number="",
    )
    db.add(letter)
    db.flush()
    record(db, actor_id, LetterWritten(letter.id, letter.run_id, kind, unit_id, letter.half))
    return letter


def number(db: Session, actor_id: int, letter: Letter, number: str, sent_on: date) -> None:
    """Write down what the document system says: the document's number and its day.

    A wrong one is corrected the same way. Raises `Refused` for an empty or too long one, and for a day before the
    letter was written or in the future.
    """
    number = clean(number)
    if not number or len(number) > NUMBER:
        raise Refused(text("Enter the document's number, such as “Training-123”"), code="number")
    if not clock.local(letter.created_at).date() <= sent_on <= clock.today():
        raise Refused(text("The day lies before the letter was written, or in the future"), code="day")
    if (letter.number, letter.sent_on) == (number, sent_on):
        return
    fact = LetterNumbered(letter.id, letter.run_id, number, sent_on.isoformat(), letter.number)
    letter.number, letter.sent_on = number, sent_on
    db.flush()
    record(db, actor_id, fact)
