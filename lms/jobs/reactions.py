"""What follows from a fact: the jobs that do it, put into the table by the transaction that recorded the fact."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from courses.db import in_parts
from courses.events import facts
from courses.events.actions import Recorded, recorded
from courses.events.facts import Fact
from lms.jobs.queue import all_later

REACTIONS: dict[type[Fact], tuple[str, ...]] = {
    facts.CertificateIssued: ("tell_certificates",),
    facts.CertificateReissued: ("tell_certificates",),
    facts.CoachNamed: ("tell_coaches",),
    facts.Escalated: ("tell_escalations",),
    facts.Filed: ("tell_filings",),
    facts.FilingReturned: ("tell_filing_returns",),
    facts.Imported: ("sum_up",),
    facts.Moved: ("tell_moves",),
    facts.OverdueReminded: ("tell_overdue",),
    facts.Rescheduled: ("tell_shifts",),
    facts.Offered: ("await_answers",),
    facts.RunCancelled: ("tell_cancellations",),
    facts.SkillSigned: ("tell_skills",),
    facts.RunClosed: ("tell_closings", "sum_up"),
    facts.Written: ("tell_writings",),
}
"""A fact's class → names of handlers. Each gets all such facts of a transaction as
`facts=[{…the fact's fields, "actor_id": …, "at": "2026-11-22T09:00:00+00:00"}]`, at most 500 a job."""

CHUNK = 500


def react(db: Session) -> None:
    """Turn the facts recorded in this transaction into jobs. Called by whoever commits, right before."""
    wanted: dict[tuple[str, type[Fact]], list[dict[str, Any]]] = {}
    for entry in recorded(db):
        for name in REACTIONS.get(type(entry.fact), ()):
            wanted.setdefault((name, type(entry.fact)), []).append(_plain(entry))
    for (name, _kind), happened in wanted.items():
        all_later(db, name, [{"facts": some} for some in in_parts(happened, CHUNK)])


def _plain(entry: Recorded) -> dict[str, Any]:
    return {**vars(entry.fact), "actor_id": entry.actor_id, "at": entry.at.isoformat()}
