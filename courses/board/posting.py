"""What is written on a board: by whoever may see it, edited by its author, hidden by those who teach the run."""

from __future__ import annotations

import unicodedata

from sqlalchemy.orm import Session

from courses import clock
from courses.board.models import Post, PostKind
from courses.errors import Refused, WayOut, require_reason, without_number
from courses.events.actions import record, record_change
from courses.events.facts import Posted, PostHidden
from courses.scheduling.locks import share_run
from courses.scheduling.models import Run, RunState
from courses.text import clean, text

TITLE, LONGEST = 200, 10_000
"""Characters of a title, of a post."""


def post(db: Session, actor_id: int, run: Run, kind: PostKind, title: str, body: str) -> Post:
    """Put up a notice, of which everybody in the run is told, or ask a question, of which its instructors are.

    Raises `Refused` without a title or words, and once the run is closed.
    """
    title = without_number(clean(title), text("Subject line"))
    if not title:
        raise Refused(text("Write a title, so that others find it"), code="title")
    return _put(db, actor_id, run, Post(kind=kind, title=title[:TITLE], body=_words(body)))


def answer(db: Session, actor_id: int, question: Post, body: str) -> Post:
    """Answer a question; who asked is told, and so are the instructors. Raises `Refused` like `post`."""
    run = db.get_one(Run, question.run_id)
    _require_shown(question)
    made = Post(kind=PostKind.ANSWER, question_id=question.id, body=_words(body))
    return _put(db, actor_id, run, made, question.title)


def edit(db: Session, actor_id: int, written: Post, title: str, body: str) -> None:
    """Write it anew; what it said before stays in the events. An answer has no title. Nobody is told again.

    Raises `Refused` for somebody else's post, a hidden one, and once the run is closed.
    """
    require_open(db, written.run_id)
    _require_shown(written)
    if written.author_id != actor_id:
        raise Refused(text("Only who wrote it changes it"), code="author", way_out=_board(written.run_id))
    title = "" if written.kind is PostKind.ANSWER else without_number(clean(title), text("Subject line"))[:TITLE]
    if not title and written.kind is not PostKind.ANSWER:
        raise Refused(text("Write a title, so that others find it"), code="title")
    before, after = _plain(written), {"title": title, "body": _words(body)}
    if before == after:
        return
    written.title, written.body, written.edited_at = after["title"], after["body"], clock.now()
    db.flush()
    record_change(db, actor_id, "post", written.id, before, after, run_id=written.run_id, person_id=actor_id)


def hide(db: Session, actor_id: int, written: Post, reason: str) -> None:
    """Take a post out of sight; the reason stays in its place. Answers to a hidden question are not shown either.

    Raises `Refused` without a reason, for a hidden one, and once the run is closed.
    """
    require_open(db, written.run_id)
    _require_shown(written)
    reason = require_reason(reason, text("Say why it is hidden: the author reads the reason"))
    written.hidden_at, written.hidden_by, written.reason = clock.now(), actor_id, reason
    db.flush()
    record(db, actor_id, PostHidden(written.id, written.run_id, written.author_id, written.title, reason))


def require_open(db: Session, run_id: int) -> None:
    """`Refused` where the board can only be read: the run is closed or cancelled. It stays open until the commit."""
    run = share_run(db, run_id)
    if run.state in (RunState.CLOSED, RunState.CANCELLED):
        said = text("The run is over: its board can be read, not written to")
        raise Refused(said, code="closed", way_out=_board(run.id))


def _put(db: Session, actor_id: int, run: Run, made: Post, about: str = "") -> Post:
    require_open(db, run.id)
    made.run_id, made.author_id, made.created_at = run.id, actor_id, clock.now()
    db.add(made)
    db.flush()
    record(db, actor_id, Posted(made.id, run.id, made.kind.value, made.title or about, made.question_id))
    return made


def _require_shown(written: Post) -> None:
    if written.hidden_at:
        raise Refused(text("This post is hidden"), code="hidden", way_out=_board(written.run_id))


def _words(body: str) -> str:
    plain = unicodedata.normalize("NFC", body.replace("\r\n", "\n")).strip()
    if not plain:
        raise Refused(text("Write something first"), code="words")
    if len(plain) > LONGEST:
        said = text("This is longer than %(most)s letters. Write less, or add a file to the materials", most=LONGEST)
        raise Refused(said, code="words")
    return without_number(plain, text("What you write"))


def _plain(written: Post) -> dict[str, str]:
    return {"title": written.title, "body": written.body}


def _board(run_id: int) -> WayOut:
    return WayOut("board", text("To the board"), run_id)
