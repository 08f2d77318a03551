"""What jobs are called, how they stand, and where one goes on when they are over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Row

from courses.text import Text, text
from lms.i18n import _, words
from lms.jobs.models import OVER, Job, JobState
from lms.jobs.tasks.adding import ADDING
from lms.jobs.tasks.auditing import AUDITING
from lms.jobs.tasks.drawing import DRAWING
from lms.jobs.tasks.importing import IMPORTING
from lms.jobs.tasks.printing import PRINT_RUN
from lms.jobs.tasks.quizzes import HANDING_IN
from lms.jobs.tasks.registers import REGISTERING
from lms.jobs.tasks.trying import TRYING

NAMES: dict[str, Text] = {
    "clean_up": text("Cleaning up"),
    "announce_keys": text("Publishing of signing keys"),
    "escalate": text("Applications that wait too long"),
    "mail": text("Sending mail"),
    "mail_invitations": text("Invitations of guest instructors"),
    "remind": text("Reminders"),
    "await_answers": text("Waiting for answers to offers"),
    "expire_offers": text("Ending offers whose time is over"),
    "release_quotas": text("Giving free seats held for units"),
    "promote": text("Looking again at who waits"),
    "withdraw_leavers": text("Places of who leaves"),
    "tell_movements": text("Notices after transfers and leave"),
    "ask_minimum": text("Runs under their minimum"),
    "ask_half_year": text("Results of half-years that are due"),
    "count_duties": text("Counting who stands how with mandatory courses"),
    "sum_up": text("Summing up closed years"),
    TRYING: text("Trying other thresholds"),
    HANDING_IN: text("Handing in of a quiz whose time is up"),
    "tell_moves": text("Notices of enrolments"),
    "tell_reopenings": text("Notices of reopened runs"),
    "tell_second_persons": text("Notices to second persons"),
    "tell_confirmed": text("Notices of steps that were confirmed"),
    "tell_declined": text("Notices of steps that were declined"),
    "tell_escalations": text("Notices of applications that wait too long"),
    "tell_shifts": text("Notices of changed times"),
    "tell_cancellations": text("Notices of cancelled runs"),
    "tell_closings": text("Notices of closed runs"),
    "tell_certificates": text("Notices of certificates"),
    "tell_writings": text("Notices from officers"),
    "tell_filings": text("Notices of filed workplace training"),
    "tell_outside": text("Notices of learning elsewhere"),
    "tell_filing_returns": text("Notices of returned filings"),
    "tell_coaches": text("Notices of coaches"),
    "tell_skills": text("Notices of signed skills"),
    "tell_overdue": text("Reminders of mandatory courses"),
    "tell_scores": text("Notices of scores"),
    "tell_scores_back": text("Notices of scores taken back"),
    "tell_appeals": text("Notices of appeals"),
    "tell_answers": text("Notices of answered appeals"),
    "tell_absences": text("Notices of requests to be excused"),
    "tell_door": text("Notices of requests at the door"),
    "tell_door_answers": text("Notices of answers to the door"),
    "tell_identity": text("Notices of failed identity checks"),
    "tell_settled": text("Notices of expulsions"),
    "tell_posts": text("Notices of boards"),
    "tell_surveys": text("Notices of surveys"),
    "survey": text("Surveys that open, end and remind"),
    "tell_excused": text("Notices of who is excused"),
    "sign_certificates": text("Signing certificates"),
    "sign_documents": text("Signing confirmations and transcripts"),
    "tell_damage": text("Telling of damaged files"),
    "sign_missing": text("Looking for certificates that are not signed"),
    "stamp_root": text("Time stamp of signatures"),
    "publish_status": text("List of certificates not in force"),
    ADDING: text("Adding people to a run"),
    AUDITING: text("Audit of enrolments"),
    IMPORTING: text("Import of a file"),
    PRINT_RUN: text("Print run of certificates"),
    DRAWING: text("Enclosure of a letter"),
    REGISTERING: text("Register as PDF"),
}
"""Every handler's name in words."""

STATES: dict[JobState, tuple[Text, str]] = {
    JobState.READY: (text("Waiting"), ""),
    JobState.RUNNING: (text("Being done"), "info"),
    JobState.DONE: (text("Done"), "ok"),
    JobState.FAILED: (text("Failed"), "bad"),
    JobState.CANCELLED: (text("Cancelled"), "warn"),
}


@dataclass(frozen=True)
class Ending:
    """Where somebody goes on after a job."""

    label: Text
    url: str


def _after_import(job: Job) -> Ending:
    label = text("See what was imported") if job.state == JobState.DONE else text("Back to the preview")
    return Ending(label, url_for("exchange.show", file_id=job.args["file_id"]))


def _after_printing(job: Job) -> Ending:
    return Ending(text("See the print run"), url_for("certificates.print_run", print_job_id=job.args["print_job_id"]))


def _after_drawing(job: Job) -> Ending:
    if job.state == JobState.DONE:
        return Ending(text("Save the enclosure"), url_for("letters.drawn", job_id=job.id))
    return Ending(text("Back to the letter"), url_for("letters.show", letter_id=job.args["letter_id"]))


def _after_registering(job: Job) -> Ending:
    if job.state == JobState.DONE:
        return Ending(text("Open the register"), url_for("certificates.drawn_register", job_id=job.id))
    is_issues = job.args["register"] == "issues"
    to = url_for("certificates.register" if is_issues else "certificates.completion_register", **job.args["asked"])
    return Ending(text("Back to the register"), to)


def _after_trying(job: Job) -> Ending:
    if job.state == JobState.DONE:
        return Ending(text("Open the workbook"), url_for("completion.tried", job_id=job.id))
    return Ending(text("Back to the thresholds"), url_for("completion.trial"))


def _after_adding(job: Job) -> Ending:
    return Ending(text("See who was left out"), url_for("assignment.adding", run_id=job.args["run_id"], job=job.id))


def _after_auditing(_job: Job) -> Ending:
    return Ending(text("See the findings"), url_for("settings.enrolments"))


ENDINGS: dict[str, Callable[[Job], Ending]] = {
    ADDING: _after_adding,
    AUDITING: _after_auditing,
    DRAWING: _after_drawing,
    REGISTERING: _after_registering,
    IMPORTING: _after_import,
    PRINT_RUN: _after_printing,
    TRYING: _after_trying,
}


def name_of(name: str) -> str:
    """A job's name in the reader's language."""
    return words(NAMES.get(name, name))


def ending(job: Job) -> Ending | None:
    """Where the reader of a job's page goes on."""
    return ENDINGS[job.name](job) if job.state in OVER and job.name in ENDINGS else None


def spoken(stored: Any) -> str:
    """A stored line or error in the reader's language."""
    return words(Text.from_json(stored)) if isinstance(stored, dict) else stored or ""


def reason(job: Job | Row[Any], *, whole: bool = True) -> str:
    """Why a job failed. What only programmers read is for administrators (`whole`)."""
    if isinstance(job.error, dict) or whole:
        return spoken(job.error)
    return _("Something went wrong. The administrator sees it as job %(id)s.", id=job.id) if job.error else ""
