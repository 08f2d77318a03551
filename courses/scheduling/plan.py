"""What an officer wants a run to be: plain values, as a form or a program hands them to `actions`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from courses import clock
from courses.scheduling.models import Mode


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """An hour slot. Without an instructor of its own it is taught by the run's."""

    starts_at: datetime
    ends_at: datetime
    subject: str = ""
    instructor_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A dated block of periods in a room. `id` is that of the session it changes; None adds one."""

    periods: tuple[PeriodPlan, ...]
    room_id: int | None = None
    id: int | None = None

    @property
    def starts_at(self) -> datetime:
        return min(period.starts_at for period in self.periods)

    @property
    def ends_at(self) -> datetime:
        return max(period.ends_at for period in self.periods)

    @property
    def day(self) -> date:
        """The office's day on which it begins."""
        return clock.local(self.starts_at).date()

    @property
    def times(self) -> tuple[tuple[datetime, datetime], ...]:
        """When its periods are: what attendance counts by."""
        return tuple((period.starts_at, period.ends_at) for period in self.periods)

    def on(self, day: date) -> SessionPlan:
        """The same on another day, as a new session."""
        later = timedelta(days=(day - self.day).days)
        moved = (replace(p, starts_at=p.starts_at + later, ends_at=p.ends_at + later) for p in self.periods)
        return replace(self, periods=tuple(moved), id=None)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A run as a whole. With sessions its first and last days are theirs. `capacity` None: no limit. `venue`: where
    it takes place, as far as its sessions have no rooms. `spans`: its days reach beyond its sessions, since one learns
    on screen before and after them. `mode` None: the usual one. `minimum`, `offer_hours`, `quota_depth`: as in `Run`.

    Applications are taken in [apply_from, apply_until); one may withdraw alone until `cancel_until`.
    """

    starts_on: date
    ends_on: date
    capacity: int | None
    apply_from: datetime | None = None
    apply_until: datetime | None = None
    cancel_until: datetime | None = None
    sessions: tuple[SessionPlan, ...] = ()
    instructor_ids: tuple[int, ...] = ()
    venue: str = ""
    spans: bool = False
    mode: Mode | None = None
    minimum: int | None = None
    offer_hours: int | None = None
    quota_depth: int = 1

    def settled(self) -> RunPlan:
        """In order: sessions and periods by time, days from the sessions, a period's instructors among the run's."""
        ordered = (replace(one, periods=tuple(sorted(one.periods, key=_start))) for one in self.sessions)
        sessions = tuple(sorted(ordered, key=_start))
        teaching = (p.instructor_id for session in sessions for p in session.periods if p.instructor_id)
        everybody = tuple(dict.fromkeys([*self.instructor_ids, *teaching]))
        if not sessions:
            return replace(self, instructor_ids=everybody)
        days = [session.day for session in sessions] + ([self.starts_on, self.ends_on] if self.spans else [])
        return replace(self, sessions=sessions, instructor_ids=everybody, starts_on=min(days), ends_on=max(days))

    @property
    def mark(self) -> str:
        """The same for the same plan (with the same rows behind it), another one for any other."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def plain(self) -> dict[str, Any]:
        """As JSON values, for the event that tells what changed."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "capacity": self.capacity,
            "mode": self.mode,
            "minimum": self.minimum,
            "offer_hours": self.offer_hours,
            "quota_depth": self.quota_depth,
            "apply_from": _iso(self.apply_from),
            "apply_until": _iso(self.apply_until),
            "cancel_until": _iso(self.cancel_until),
            "instructors": list(self.instructor_ids),
            "venue": self.venue,
            "sessions": [_plain_session(session) for session in self.sessions],
        }


def _start(part: PeriodPlan | SessionPlan) -> datetime:
    return part.starts_at


def _plain_session(session: SessionPlan) -> dict[str, Any]:
    periods = [[_iso(p.starts_at), _iso(p.ends_at), p.subject, p.instructor_id] for p in session.periods]
    return {"room": session.room_id, "periods": periods}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
