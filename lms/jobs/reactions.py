"""What follows from a fact: the jobs that do it, put into the table by the transaction that recorded the fact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.enrolment import reckoned
from courses.events import facts
from courses.events.actions import Recorded, recorded
from courses.events.facts import Fact
from lms.jobs.queue import all_later, later

REACTIONS: dict[type[Fact], tuple[str, ...]] = {
    facts.AbsenceAsked: ("tell_absences",),
    facts.DoorAsked: ("tell_door",),
    facts.DoorAnswered: ("tell_door_answers",),
    facts.IdentityChecked: ("tell_identity",),
    facts.IdentitySettled: ("tell_settled",),
    facts.AbsenceDecided: ("tell_excused",),
    facts.AppealAnswered: ("tell_answers",),
    facts.AppealMade: ("tell_appeals",),
    facts.CertificateIssued: ("sign_certificates", "tell_certificates"),
    facts.CertificateReissued: ("sign_certificates", "publish_status", "tell_certificates"),
    facts.CertificateRevoked: ("publish_status",),
    facts.CoachNamed: ("tell_coaches",),
    facts.DocumentIssued: ("sign_documents",),
    facts.Escalated: ("tell_escalations",),
    facts.Filed: ("tell_filings",),
    facts.FilingReturned: ("tell_filing_returns",),
    facts.Imported: ("sum_up",),
    facts.Invited: ("mail_invitations",),
    facts.Moved: ("tell_moves",),
    facts.OutsideMoved: ("tell_outside",),
    facts.OverdueReminded: ("tell_overdue",),
    facts.Rescheduled: ("tell_shifts",),
    facts.Offered: ("await_answers",),
    facts.Posted: ("tell_posts",),
    facts.RunCancelled: ("tell_cancellations",),
    facts.SkillSigned: ("tell_skills",),
    facts.RunClosed: ("tell_closings", "sum_up"),
    facts.RunReopened: ("tell_reopenings", "sum_up"),
    facts.SurveyOpened: ("tell_surveys",),
    facts.StepAsked: ("tell_second_persons",),
    facts.StepConfirmed: ("tell_confirmed",),
    facts.StepDeclined: ("tell_declined",),
    facts.ScoresPublished: ("tell_scores",),
    facts.ScoresTakenBack: ("tell_scores_back",),
    facts.Written: ("tell_writings",),
}
"""A fact's class → names of handlers. Each gets all such facts of a transaction as
`facts=[{…the fact's fields, "actor_id": …, "at": "2026-11-22T09:00:00+00:00"}]`, at most 500 a job."""

CHUNK = 500
DUTIES_SECONDS = 5


def react(db: Session) -> None:
    """Turn the facts recorded in this transaction into jobs. Called by whoever commits, right before."""
    wanted: dict[tuple[str, type[Fact]], list[dict[str, Any]]] = {}
    entries = recorded(db)
    for entry in entries:
        for name in REACTIONS.get(type(entry.fact), ()):
            wanted.setdefault((name, type(entry.fact)), []).append(_plain(entry))
    for (name, _kind), happened in wanted.items():
        all_later(db, name, [{"facts": some} for some in in_parts(happened, CHUNK)])
    if entries and reckoned.note(db, [entry.fact for entry in entries]):
        _count_duties(db)


def _count_duties(db: Session) -> None:
    """One job for all that changes within a few seconds: it begins when they are over."""
    slot = int(clock.now().timestamp()) // DUTIES_SECONDS + 1
    due_at = datetime.fromtimestamp(slot * DUTIES_SECONDS, UTC)
    later(db, "count_duties", key=f"count_duties:{slot}", due_at=due_at)


def _plain(entry: Recorded) -> dict[str, Any]:
    return {**vars(entry.fact), "actor_id": entry.actor_id, "at": entry.at.isoformat()}
