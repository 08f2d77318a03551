"""Every night: what nobody needs any longer goes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from courses import clock
from courses.exchange.models import ImportFile
from lms.jobs.handlers import handler
from lms.jobs.models import OVER, Job
from lms.jobs.work import Work

_JOBS = timedelta(days=30)
_UPLOADS = timedelta(days=7)


@handler("clean_up")
def clean_up(work: Work) -> None:
    """Delete jobs that ended a month ago, and files that were uploaded a week ago and never imported."""
    now = clock.now()
    with work.begin(last=True) as db:
        db.execute(delete(Job).where(Job.state.in_(OVER), Job.finished_at < now - _JOBS))
        db.execute(delete(ImportFile).where(ImportFile.applied_at.is_(None), ImportFile.uploaded_at < now - _UPLOADS))
