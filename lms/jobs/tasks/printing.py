"""The files of a print run: the sheets, who gets them, labels for envelopes, and the registers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import completions
from courses.certificates.completions import Sought
from courses.certificates.models import CertificateState
from courses.certificates.printing import actions, queries
from courses.certificates.printing.drawing import drawn, mark
from courses.certificates.printing.files import Part, PrintFile, folder
from courses.certificates.printing.models import PrintJob, PrintKind
from courses.certificates.printing.options import Options, Order
from courses.certificates.printing.order import files as cut
from courses.certificates.printing.queries import Sheet
from courses.certificates.queries import register
from courses.exchange.writing import xlsx_bytes
from courses.printing.labels import Format, Label, labels
from courses.printing.manifests import Heading, manifests
from courses.settings.organisation import organisation
from courses.text import text
from lms.files import Files
from lms.i18n import _, speaking, words
from lms.jobs.handlers import handler
from lms.jobs.queue import anew, later
from lms.jobs.work import Work
from lms.web.certificates import ledgers
from lms.web.certificates.words import ORDERS
from lms.web.formats import moment

PRINT_RUN = "print_run"


def key_of(print_job_id: int) -> str:
    """The key of the job that makes the files of a print run."""
    return f"{PRINT_RUN}:{print_job_id}"


def print_later(db: Session, actor_id: int, print_job_id: int, language: str) -> None:
    """Have the files of a print run made, with words of this language."""
    key = key_of(print_job_id)
    later(db, PRINT_RUN, key=key, actor_id=actor_id, print_job_id=print_job_id, language=language)


def print_again(db: Session, actor_id: int, print_job_id: int, language: str) -> None:
    """Have the files made whose job failed, however long ago; nothing where it waits, runs or has made them."""
    key = key_of(print_job_id)
    anew(db, PRINT_RUN, key=key, actor_id=actor_id, print_job_id=print_job_id, language=language)


@handler(PRINT_RUN)
def print_run(work: Work, print_job_id: int, language: str) -> None:
    """Make every file of a print run. Its sheets are rows already: after a crash the same ones are drawn again.

    Each attempt writes under names of its own, and only those of the one that ends well are ever known. What an attempt
    wrote goes when it fails, so that trying again does not fill a full disk for good.
    """
    making = _Making(work, print_job_id, language)
    try:
        with speaking(language):
            making.everything()
        with work.begin(last=True) as db:
            actions.finish(db, print_job_id, [one.to_json() for one in making.made])
            count = making.job.sheets
            work.progress(count, count, text("%(count)s certificates are ready to print", count=f"{count:,}"))
    except Exception:
        making.forget()
        raise


@dataclass
class _Making:
    """A print run whose files are being made, and those that are."""

    work: Work
    print_job_id: int
    language: str
    made: list[PrintFile] = field(default_factory=list)

    def everything(self) -> None:
        """The sheets a file at a time, then what goes with them."""
        with self._look() as db:
            spans = cut(queries.departments(db, self.job.id))
        for number, span in enumerate(spans, 1):
            self.work.progress(span.start, self.job.sheets, text("The certificates are being drawn"))
            with self._look() as db:
                self._draw(db, number, span)
        self.work.progress(self.job.sheets, self.job.sheets, text("Lists and labels are being drawn"))
        with self._look() as db:
            sheets = queries.sheets(db, self.job.id)
            self._keep(Part.MANIFESTS, "pdf", self._manifests(db, sheets, spans))
            if self.job.kind is PrintKind.FIRST:
                self._keep(Part.LABELS, "pdf", self._labels(db, sheets))
                self._registers(db, {one.run_id: None for one in sheets})

    def forget(self) -> None:
        """What was written is of no use."""
        for one in self.made:
            self._store.remove(one.stored)

    def _draw(self, db: Session, number: int, span: range) -> None:
        """One file of sheets; who has lost a certificate meanwhile gets none, and stays in the list."""
        found = queries.sheets(db, self.job.id, span.start + 1, span.stop)
        valid = [one for one in found if one.state is CertificateState.VALID]
        if facts := [one.facts for one in valid]:
            pages = drawn(db, facts, self._options, self._again)
            between = {"first": facts[0].number, "last": facts[-1].number, "departments": self._departments(valid)}
            self._keep(Part.SHEETS, "pdf", pages, number=number, sheets=len(facts), **between)

    def _departments(self, sheets: Sequence[Sheet]) -> str:
        """Whose stacks a file has, each as its people call it: 총무과~감사과."""
        if self._options.order is Order.NUMBER:
            return ""
        ends = [sheets[place].department.split(" ")[-1] for place in (0, -1)]
        return "~".join(dict.fromkeys(ends))

    def _keep(self, part: Part, form: str, content: bytes, *, number: int = 0, sheets: int = 0, **ends: str) -> None:
        stored = f"{folder(self.job.id)}/{self.work.claim.attempts}-{len(self.made) + 1}.{form}"
        self.made.append(PrintFile(part, form, stored, len(content), number, sheets, **ends))
        self._store.write(stored, content)

    def _manifests(self, db: Session, sheets: Sequence[Sheet], spans: Sequence[range]) -> bytes:
        entry = queries.line(db, self.job.id)
        assert entry, "the job is one of the log"
        heading = Heading(
            number=str(entry.id),
            subject=queries.title(db, self.job),
            asked_by=entry.asked_by,
            asked_at=moment(entry.asked_at),
            sheets=f"{entry.sheets:,}",
            order=words(ORDERS[self._options.order]),
            reason=entry.reason,
        )
        return manifests(heading, sheets, spans, words=words, **self._common(db))

    def _labels(self, db: Session, sheets: Sequence[Sheet]) -> bytes:
        chosen = self._options
        form = Format(chosen.label_columns, chosen.label_rows, chosen.label_top / 10, chosen.label_left / 10)
        entries = [
            Label(one.department, _("To %(name)s", name=one.facts.name), one.facts.course, one.facts.number)
            for one in sheets
            if one.state is CertificateState.VALID
        ]
        return labels(entries, form, title=_("Labels for envelopes"), **self._common(db))

    def _registers(self, db: Session, run_ids: Iterable[int]) -> None:
        """Of the runs whose certificates are printed, all of each: also who is without a sheet, and what was voided."""
        runs = [Sought(run_id=run_id) for run_id in run_ids]
        lines = [line for run in runs for line in completions.everything(db, run)]
        counts = [completions.count(db, run) for run in runs]
        together = completions.Count(*map(sum, zip(*counts, strict=True)))
        issued = [entry for run in runs for entry in register(db, run.run_id or 0)]
        of, subject = organisation(db), queries.title(db, self.job)
        figures = [(_("Certificates"), f"{len(issued):,}")]
        self._keep(Part.COMPLETIONS, "pdf", ledgers.completion_pdf(lines, together, of, subject))
        self._keep(Part.COMPLETIONS, "xlsx", xlsx_bytes([ledgers.completion_sheet(lines)]))
        self._keep(Part.ISSUES, "pdf", ledgers.issue_pdf(issued, figures, of, subject))
        self._keep(Part.ISSUES, "xlsx", xlsx_bytes([ledgers.issue_sheet(issued)]))

    def _common(self, db: Session) -> dict[str, Any]:
        """What all paper says alike; dated as it was asked for, so that it is the same when it is drawn again."""
        return {"organisation": organisation(db).name, "day": self._day, "language": self.language}

    def _look(self) -> AbstractContextManager[Session]:
        """A session to read in, for a moment: what others write meanwhile is seen the next time."""
        return self.work.database.look()

    @cached_property
    def job(self) -> PrintJob:
        """Its row, which stays as it is until its files are made."""
        with self._look() as db:
            job = db.get_one(PrintJob, self.print_job_id)
            db.expunge(job)
            return job

    @cached_property
    def _again(self) -> str:
        return mark(self._day, self.job.reason) if self.job.reason else ""

    @cached_property
    def _day(self) -> date:
        return clock.local(self.job.asked_at).date()

    @cached_property
    def _options(self) -> Options:
        return Options.from_json(self.job.options)

    @cached_property
    def _store(self) -> Files:
        return Files(self.work.config)
