"""What another threshold would come to in more runs than one waits for."""

from __future__ import annotations

from typing import Any

from courses.catalogue.models import Kind
from courses.completion.whatif import Thresholds, Which, what_if
from courses.exchange.writing import xlsx_bytes
from courses.text import text
from lms.files import Files
from lms.i18n import speaking
from lms.jobs.handlers import handler
from lms.jobs.work import Work
from lms.web.completion.sheets import flips_sheet

TRYING = "what_if"
FOLDER = "what-if"


def file_name(job_id: int) -> str:
    """The name under which the file of a job is kept."""
    return f"{FOLDER}/{job_id}.xlsx"


@handler(TRYING)
def try_thresholds(work: Work, which: dict[str, Any], thresholds: dict[str, Any], language: str) -> None:
    """Judge every place anew, and keep who would flip as a workbook. Nothing else is stored."""
    work.progress(0, None, text("The verdicts are being tried"))
    asked = Which(**{**which, "kind": Kind(which["kind"]) if which["kind"] else None})
    with work.database.look() as db:
        flips = what_if(db, asked, Thresholds(**thresholds))
    with speaking(language):
        content = xlsx_bytes([flips_sheet(flips)])
    Files(work.config).write(file_name(work.claim.id), content)
    count = flips.before.total()
    with work.begin(last=True):
        work.progress(count, count, text("%(people)s would end otherwise", people=f"{len(flips.people):,}"))
