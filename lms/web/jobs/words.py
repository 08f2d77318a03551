"""What jobs are called, how they stand, and where one goes on when they are over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from courses.text import Text, text
from lms.i18n import _, words
from lms.jobs.models import Job, JobState

NAMES: dict[str, Text] = {
    "clean_up": text("Cleaning up"),
}
"""Every handler's name in words."""

STATES: dict[JobState, tuple[Text, str]] = {
    JobState.READY: (text("Waiting"), "dim"),
    JobState.RUNNING: (text("Running"), "info"),
    JobState.DONE: (text("Done"), ""),
    JobState.FAILED: (text("Failed"), "bad"),
    JobState.CANCELLED: (text("Cancelled"), "warn"),
}


@dataclass(frozen=True)
class Ending:
    """Where somebody goes on after a job, whether it went well or not."""

    label: Text
    url: str


ENDINGS: dict[str, Callable[[Job], Ending]] = {}


def name_of(name: str) -> str:
    """A job's name in the reader's language."""
    return words(NAMES.get(name, name))


def ending(job: Job) -> Ending | None:
    """Where the reader of a job's page goes on."""
    return ENDINGS[job.name](job) if job.name in ENDINGS else None


def spoken(stored: Any) -> str:
    """A stored line or error in the reader's language."""
    return words(Text.from_json(stored)) if isinstance(stored, dict) else stored or ""


def reason(job: Job, *, whole: bool = True) -> str:
    """Why a job failed. What only programmers read is for administrators (`whole`)."""
    if isinstance(job.error, dict) or whole:
        return spoken(job.error)
    return _("Something went wrong. The administrator sees it as job %(id)s.", id=job.id) if job.error else ""
