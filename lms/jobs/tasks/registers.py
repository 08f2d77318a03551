"""Long registers on paper: each thousand of their lines takes half a second to draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from courses.certificates import completions, searching
from courses.certificates.completions import Count, Line
from courses.certificates.documents import Listed
from courses.certificates.queries import Entry
from courses.certificates.searching import Wanted
from courses.settings.organisation import organisation
from courses.text import text
from lms.files import Files
from lms.i18n import speaking
from lms.jobs.handlers import handler
from lms.jobs.work import Work
from lms.web.certificates import asked as asking
from lms.web.certificates import ledgers

REGISTERING = "draw_register"
FOLDER = "registers"
LONG = 1000
"""Lines of a register for whose PDF nobody waits."""
_STEP = 200

T = TypeVar("T")


def file_name(job_id: int) -> str:
    """The name under which the file of a job is kept."""
    return f"{FOLDER}/{job_id}.pdf"


@handler(REGISTERING)
def draw_register(work: Work, register: str, asked: dict[str, str], language: str) -> None:
    """Draw the issue register (`issues`) or that of completions, as the query `asked` narrows it."""
    work.progress(0, None, text("The register is being drawn"))
    args = MultiDict(asked)
    with speaking(language):
        content, count = _issues(work, args) if register == "issues" else _completions(work, args)
    Files(work.config).write(file_name(work.claim.id), content)
    with work.begin(last=True):
        work.progress(count, count, text("The register with %(count)s lines is ready", count=f"{count:,}"))


def figures(db: Session, wanted: Wanted) -> ledgers.Figures:
    """What stands above the issue register: of a whole year, what became of its numbers."""
    whole = wanted.year and wanted == Wanted(year=wanted.year)
    return ledgers.account_figures(searching.account(db, wanted.year or 0)) if whole else []


def _issues(work: Work, args: MultiDict[str, str]) -> tuple[bytes, int]:
    wanted = asking.issues(args)
    with work.database.look() as db:
        entries: Sequence[Entry | Listed] = list(searching.numbered(db, wanted))
        above, named = figures(db, wanted), organisation(db)
    drawn = ledgers.issue_pdf(_told(work, entries), above, named, ledgers.of_year(wanted.year))
    return drawn, len(entries)


def _completions(work: Work, args: MultiDict[str, str]) -> tuple[bytes, int]:
    sought = asking.completions(args)
    with work.database.look() as db:
        lines: Sequence[Line] = list(completions.everything(db, sought))
        count: Count = completions.count(db, sought)
        named = organisation(db)
    drawn = ledgers.completion_pdf(_told(work, lines), count, named, ledgers.of_year(sought.year))
    return drawn, len(lines)


def _told(work: Work, lines: Sequence[T]) -> Iterator[T]:
    """Each, and how far it is for who waits."""
    for number, line in enumerate(lines):
        if number % _STEP == 0:
            work.progress(number, len(lines), text("The register is being drawn"))
        yield line
