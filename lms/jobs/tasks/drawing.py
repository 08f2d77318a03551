"""Long enclosures of letters as HWPX: each of their rows takes some milliseconds to draw."""

from __future__ import annotations

from courses.letters import hwpx
from courses.letters.actions import Words
from courses.letters.models import Letter
from courses.text import text
from lms.files import Files
from lms.jobs.handlers import handler
from lms.jobs.work import Work

DRAWING = "draw_enclosure"
FOLDER = "enclosures"


def file_name(job_id: int) -> str:
    """The name under which the file of a job is kept."""
    return f"{FOLDER}/{job_id}.hwpx"


@handler(DRAWING)
def draw_enclosure(work: Work, letter_id: int, place: int) -> None:
    """Draw one enclosure of a letter, the first being 1. Drawn again after a crash, it takes the place of the first."""
    work.progress(0, None, text("The enclosure is being drawn"))
    with work.database.look() as db:
        one = Words.of(db.get_one(Letter, letter_id)).tables[place - 1]
    content = hwpx.enclosure(one.name, one.headings, one.rows, tall=one.form)
    Files(work.config).write(file_name(work.claim.id), content)
    count = len(one.rows)
    with work.begin(last=True):
        work.progress(count, count, text("The enclosure with %(count)s rows is ready", count=f"{count:,}"))
