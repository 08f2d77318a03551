"""The print file of a run with many certificates."""

from __future__ import annotations

from courses.certificates import queries
from courses.errors import Refused
from courses.text import text
from lms.files import Files
from lms.jobs.handlers import handler
from lms.jobs.work import Work

PRINTING = "print_certificates"
FOLDER = "print-files"


def file_name(job_id: int) -> str:
    """The name under which the file of a job is kept."""
    return f"{FOLDER}/{job_id}.pdf"


@handler(PRINTING)
def print_certificates(work: Work, run_id: int, title: str) -> None:
    """Draw every valid certificate of a run, in the order of the numbers; `title` is what the file will be called.

    The file lies under the job's own name: drawn again after a crash, it takes the place of the first.
    """
    work.progress(0, None, text("The certificates are being drawn"))
    with work.database.look() as db:
        certificates = db.scalars(queries.valid_of_run(run_id)).all()
        if not certificates:
            raise Refused(text("There is no certificate to print"))
        pages = queries.printed(db, certificates)
    Files(work.config).write(file_name(work.claim.id), pages)
    count = len(certificates)
    with work.begin(last=True):
        work.progress(count, count, text("%(count)s certificates are ready to print", count=f"{count:,}"))
