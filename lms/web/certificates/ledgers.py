"""The registers as files: tables to take away, and on paper. What they say is the same in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from courses import clock
from courses.certificates.completions import Count, Line
from courses.certificates.documents import Listed
from courses.certificates.queries import Entry
from courses.certificates.registers import SealLine
from courses.certificates.searching import Account
from courses.exchange.writing import Cell, Sheet
from courses.printing.ledgers import ledger
from courses.printing.page import Column
from courses.reporting.measures import hours
from courses.reporting.training import KIND_NAMES
from courses.settings.organisation import Organisation
from lms.i18n import _, language, words
from lms.web.certificates.words import CAUSES, DOCUMENTS, KINDS, SEALS, STATES, WAYS
from lms.web.formats import number
from lms.web.reporting.words import OUTCOMES

Figures = Sequence[tuple[str, str]]


def issue_sheet(entries: Iterable[Entry | Listed]) -> Sheet:
    """The issue register (증명서 발급대장) as a table: certificates, and the other documents among them."""
    headings = [
        _("Certificate number"), _("Certificate"), _("Name"), _("Employee number"), _("Unit"), _("Course"), _("From"),
        _("Until"), _("Hours"), _("Verification code"), _("Issued at"), _("State"), _("Revision"), _("Ended at"),
        _("Issued by"), _("How or what for"), _("Received at"), _("Received by"), _("Reason"),
    ]  # fmt: skip
    rows = (_issued(one) if isinstance(one, Entry) else _other(one) for one in entries)
    return Sheet(_("Issue register"), headings, rows)


def _issued(entry: Entry) -> list[Cell]:
    facts = entry.facts
    return [
        facts.number, words(KINDS[facts.kind]), facts.name, entry.employee_no,
        f"{facts.organisation} {facts.unit}".strip(), facts.course, facts.starts_on, facts.ends_on, facts.hours,
        facts.printed_code, clock.local(entry.issued_at), words(STATES[entry.state][0]), entry.revision,
        clock.local(entry.ended_at) if entry.ended_at else None, entry.issuer, way(entry),
        clock.local(entry.received_at) if entry.received_at else None, entry.received_by, entry.reason,
    ]  # fmt: skip


def _other(one: Listed) -> list[Cell]:
    said = one.content
    return [
        said.number, words(DOCUMENTS[one.kind]), said.name, one.employee_no, "", said.about, "", "", "",
        said.printed_code, clock.local(one.issued_at), words(STATES[one.state][0]), 1,
        clock.local(one.ended_at) if one.ended_at else None, one.issuer, one.purpose, None, "", one.reason,
    ]  # fmt: skip


def way(entry: Entry) -> str:
    """How a certificate came to be issued, and why again."""
    return words(CAUSES[entry.cause] if entry.cause else WAYS[entry.way])


def issue_pdf(entries: Iterable[Entry | Listed], figures: Figures, named: Organisation, subtitle: str = "") -> bytes:
    """The same on paper, with a column to sign for what was received."""
    columns = [
        Column(_("Certificate number"), 3.1), Column(_("Certificate"), 2), Column(_("Name"), 2.2), Column(_("Unit"), 4),
        Column(_("Course"), 4.4), Column(_("Issued on"), 1.9), Column(_("How or what for"), 2.6),
        Column(_("Issued by"), 1.7), Column(_("State"), 1.5), Column(_("Received by"), 2),
    ]  # fmt: skip
    return _paper(_("Issue register"), columns, map(_issued_line, entries), figures, named, subtitle)


def _issued_line(one: Entry | Listed) -> list[str | int]:
    day, state = f"{clock.local(one.issued_at):%Y-%m-%d}", words(STATES[one.state][0])
    if isinstance(one, Listed):
        said = one.content
        what = words(DOCUMENTS[one.kind])
        return [said.number, what, said.name, "", said.about, day, one.purpose, one.issuer, state, ""]
    facts, again = one.facts, f" ({one.revision})" if one.revision > 1 else ""
    unit = f"{facts.organisation} {facts.unit}".strip()
    kind = words(KINDS[facts.kind])
    return [
        f"{facts.number}{again}", kind, facts.name, unit, facts.course, day, way(one), one.issuer, state,
        one.received_by,
    ]  # fmt: skip


def of_year(year: int | None) -> str:
    """What stands under the title."""
    return _("Year %(year)s", year=year) if year else ""


def account_figures(account: Account) -> Figures:
    """What became of a year's numbers, in words."""
    return [
        (_("Numbers given out"), number(account.given)),
        (_("Certificates"), number(account.certificates)),
        (_("Other documents"), number(account.documents)),
        (_("In force"), number(account.valid)),
        (_("Revoked"), number(account.revoked)),
        (_("Issued again"), number(account.reissues)),
        (_("Missing numbers"), number(account.missing)),
    ]


def completion_sheet(lines: Iterable[Line]) -> Sheet:
    """The completion register (수료대장) as a table."""
    headings = [
        _("No."), _("Year"), _("Course"), _("Kind"), _("Run"), _("Starts"), _("Ended"), _("Name"),
        _("Employee number"), _("Unit"), _("Grade"), _("Outcome"), _("Hours"), _("Recognised hours"),
        _("Certificate number"), _("State"),
    ]  # fmt: skip
    return Sheet(_("Completion register"), headings, _completions(lines))


def _completions(lines: Iterable[Line]) -> Iterator[list[Cell]]:
    for place, one in enumerate(lines, 1):
        yield [
            place, one.year, one.title, words(KIND_NAMES[one.kind]), one.run_number, one.starts_on, one.ends_on,
            one.name, one.employee_no, one.unit, one.grade, words(OUTCOMES[one.outcome]), hours(one.minutes),
            hours(one.recognised), one.certificate, words(STATES[one.state][0]) if one.state else "",
        ]  # fmt: skip


def completion_pdf(lines: Iterable[Line], count: Count, named: Organisation, subtitle: str = "") -> bytes:
    """The same on paper."""
    columns = [
        Column(_("No."), 1, "right"), Column(_("Course"), 5), Column(_("Run"), 0.9, "right"), Column(_("Period"), 3.6),
        Column(_("Name"), 2), Column(_("Employee number"), 2), Column(_("Unit"), 4.2), Column(_("Grade"), 1.8),
        Column(_("Outcome"), 1.4), Column(_("Hours"), 1.6, "right"), Column(_("Certificate number"), 3),
    ]  # fmt: skip
    rows = (_completion_line(place, one) for place, one in enumerate(lines, 1))
    return _paper(_("Completion register"), columns, rows, count_figures(count), named, subtitle)


def _completion_line(place: int, one: Line) -> list[str | int]:
    return [
        place, one.title, one.run_number, _period(one), one.name, one.employee_no, one.unit,
        one.grade, words(OUTCOMES[one.outcome]), f"{hours(one.minutes)}", one.certificate,
    ]  # fmt: skip


def _period(one: Line) -> str:
    """Short, so that a line of the register stays one."""
    return f"{one.starts_on}" + (f" ~ {one.ends_on:%m-%d}" if one.ends_on != one.starts_on else "")


def count_figures(count: Count) -> Figures:
    """How many completed, and for how many that is certified, in words."""
    return [
        (_("Completed"), number(count.completed)),
        (_("With a certificate in force"), number(count.certified)),
        (_("Certificate revoked"), number(count.revoked)),
        (_("Without a certificate"), number(count.without)),
        (_("Hours completed"), f"{hours(count.minutes):,}"),
    ]


def seal_sheet(lines: Iterable[SealLine]) -> Sheet:
    """The log of the printed seal's use (관인인쇄용지 관리대장) as a table."""
    headings = [
        _("Date"), _("Entry"), _("Sheets"), _("Sheets left"), _("What it is for"), _("Who"), _("Written down at"),
    ]  # fmt: skip
    return Sheet(_("Seal log"), headings, map(_sealed, lines))


def _sealed(one: SealLine) -> list[Cell]:
    kind, written = words(SEALS[one.kind]), clock.local(one.at)
    return [one.day, kind, one.sheets, one.remaining, one.purpose, one.name, written]


def seal_pdf(lines: Iterable[SealLine], left: int, named: Organisation, subtitle: str = "") -> bytes:
    """The same on paper, with a column for the signature of whoever looks after the paper."""
    columns = [
        Column(_("Date"), 2), Column(_("Entry"), 3), Column(_("Sheets"), 1.4, "right"),
        Column(_("Sheets left"), 1.8, "right"), Column(_("What it is for"), 7), Column(_("Who"), 2.4),
        Column(_("Signature"), 2.4),
    ]  # fmt: skip
    rows = (
        [f"{one.day}", words(SEALS[one.kind]), number(one.sheets), number(one.remaining), one.purpose, one.name, ""]
        for one in lines
    )
    return _paper(_("Seal log"), columns, rows, [(_("Sheets left"), number(left))], named, subtitle)


def _paper(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | int]], figures: Figures, named: Organisation,
    subtitle: str,
) -> bytes:  # fmt: skip
    organisation = named.name if language() == "ko" else named.name_en
    return ledger(
        title,
        columns,
        rows,
        figures,
        organisation=organisation,
        day=clock.today(),
        language=language(),
        subtitle=subtitle,
    )
