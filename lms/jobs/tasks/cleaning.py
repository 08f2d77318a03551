"""Every night: what nobody needs any longer goes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from sqlalchemy import delete, select

from courses import clock
from courses.attendance.checkin import forget_devices
from courses.certificates.printing import actions as print_runs
from courses.certificates.printing.files import folder as print_folder
from courses.exchange.models import ImportFile
from lms.files import Files
from lms.jobs.handlers import handler
from lms.jobs.models import OVER, Job
from lms.jobs.tasks.drawing import FOLDER as ENCLOSURES
from lms.jobs.tasks.printing import PRINT_RUN, key_of
from lms.jobs.tasks.registers import FOLDER as REGISTERS
from lms.jobs.tasks.trying import FOLDER as TRIALS
from lms.jobs.work import Work

_JOBS = timedelta(days=30)
_UPLOADS = timedelta(days=7)


@handler("clean_up")
def clean_up(work: Work) -> None:
    """Delete jobs that ended a month ago with their files, and files uploaded a week ago and never imported.

    The files of print runs go after a while; the log of them stays. Browsers of check-ins that nobody confirmed are
    forgotten.
    """
    now = clock.now()
    with work.begin() as db:
        db.execute(delete(Job).where(Job.state.in_(OVER), Job.finished_at < now - _JOBS))
        db.execute(delete(ImportFile).where(ImportFile.applied_at.is_(None), ImportFile.uploaded_at < now - _UPLOADS))
        forget_devices(db)
    _remove_files(work)
    _remove_print_files(work)


def _remove_files(work: Work) -> None:
    """Those whose job is gone."""
    files = Files(work.config)
    kept_for_jobs = [name for folder in (TRIALS, ENCLOSURES, REGISTERS) for name in files.names(folder)]
    found = [(int(PurePosixPath(name).stem), name) for name in kept_for_jobs]
    with work.database.look() as db:
        kept = set(db.scalars(select(Job.id).where(Job.id.in_({job_id for job_id, _ in found}))))
    for job_id, name in found:
        if job_id not in kept:
            files.remove(name)


def _remove_print_files(work: Work) -> None:
    """Those of print runs that are old enough, finished or not; what is being made at the moment stays."""
    files = Files(work.config)
    with work.database.look() as db:
        making = set(db.scalars(select(Job.key).where(Job.name == PRINT_RUN, Job.state.not_in(OVER))))
        old = [one for one in print_runs.expired(db) if key_of(one) not in making]
    for name in (name for print_job_id in old for name in files.names(print_folder(print_job_id))):
        files.remove(name)
    with work.begin() as db:
        print_runs.forget_files(db, old)
