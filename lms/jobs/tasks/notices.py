"""Telling people: each fact becomes lines in inboxes and letters to send, in as few transactions as they fit into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from courses.db import in_parts
from courses.letters import halves
from courses.notices import deciding, movements, occasions, overdue, reminders, workplace
from courses.notices.actions import Letter, tell, untold
from courses.notices.occasions import Happened, Note
from lms.jobs.handlers import handler
from lms.jobs.queue import later
from lms.jobs.work import Work
from lms.letters import compose

Of = Callable[[Session, Sequence[Happened]], list[Note]]

_AT_ONCE = 200
"""Notes a transaction."""
_A_MAILING = 100
"""Letters a job."""


def teller(name: str, of: Of) -> Callable[..., None]:
    """A handler of this name, that tells people of facts what `of` makes of them."""

    @handler(name, together=True)
    def told(work: Work, facts: list[dict[str, Any]]) -> None:
        """Tell those whom these facts concern."""
        news = occasions.news(facts)
        send_all(work, lambda db: of(db, news))

    return told


def _of_moves(db: Session, facts: Sequence[Happened]) -> list[Note]:
    return [*occasions.of_moves(db, facts), *deciding.of_applications(db, facts)]


def _of_closings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    return [*occasions.of_closings(db, facts), *workplace.of_confirmations(db, facts)]


tell_moves = teller("tell_moves", _of_moves)
tell_escalations = teller("tell_escalations", deciding.of_escalations)
tell_shifts = teller("tell_shifts", occasions.of_shifts)
tell_cancellations = teller("tell_cancellations", occasions.of_cancellations)
tell_closings = teller("tell_closings", _of_closings)
tell_certificates = teller("tell_certificates", occasions.of_certificates)
tell_writings = teller("tell_writings", occasions.of_writings)
tell_overdue = teller("tell_overdue", overdue.of_reminders)


@handler("remind")
def remind(work: Work) -> None:
    """Every morning: of runs that begin, and of cyber runs that end."""
    with work.database.look() as db:
        run_ids = reminders.runs(db)
    for done, run_id in enumerate(run_ids):
        work.progress(done, len(run_ids))
        send_all(work, lambda db, run_id=run_id: reminders.due(db, run_id), last=False)  # type: ignore[misc]  # bound now


@handler("ask_minimum")
def ask_minimum(work: Work) -> None:
    """Every morning: does a run take place that too few people have a seat in?"""
    send_all(work, deciding.of_small_runs)


@handler("ask_half_year")
def ask_half_year(work: Work) -> None:
    """Every morning: are the results of the last half-year still owed?"""
    send_all(work, halves.reminders)


@handler("tell_movements")
def tell_movements(work: Work) -> None:
    """Every morning: to whom transfers, changes of heads and leave brought something to decide."""
    send_all(work, movements.of_movements)


def send_all(work: Work, notes: Callable[[Session], list[Note]], *, last: bool = True) -> None:
    """Read and write letters first, outside of any writing transaction; then put all of it into the tables."""
    with work.database.look() as db:
        composed = compose(db, work.config, untold(db, notes(db)))
    parts = list(in_parts(composed, _AT_ONCE))
    for number, part in enumerate(parts, 1):
        with work.begin(last=last and number == len(parts)) as db:
            _send(db, part)


def _send(db: Session, part: Sequence[tuple[Note, Sequence[Letter]]]) -> None:
    ids = tell(db, part)
    for some in in_parts(ids, _A_MAILING):
        later(db, "mail", ids=some)
