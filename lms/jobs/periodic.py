"""What is done every day: name of the handler → time of day on the office's clock."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from lms.jobs.models import Job
from lms.jobs.queue import later

PERIODIC: dict[str, time] = {
    "count_duties": time(0, 1),
    "sign_missing": time(0, 2),
    "publish_status": time(0, 15),
    "withdraw_leavers": time(0, 5),
    "expire_offers": time(0, 10),
    "release_quotas": time(0, 20),
    "announce_keys": time(0, 25),
    "promote": time(0, 30),
    "audit_enrolments": time(2, 0),
    "clean_up": time(3, 0),
    "escalate": time(4, 0),
    "tell_movements": time(6, 30),
    "remind": time(7, 0),
    "ask_minimum": time(7, 30),
    "ask_half_year": time(7, 40),
    "survey": time(7, 45),
    "sum_up": time(3, 30),
}
"""A system that was off at the hour makes up for it on the same day."""


def schedule(db: Session) -> None:
    """Put in today's jobs whose hour has come. Their keys (`clean_up:2026-11-22`) keep them from being put in twice."""
    today, now = clock.today(), clock.now()
    due = {f"{name}:{today}": name for name, hour in PERIODIC.items() if clock.at(today, hour) <= now}
    known = set(db.scalars(select(Job.key).where(Job.key.in_(due))))
    for key, name in due.items():
        if key not in known:
            later(db, name, key=key)
