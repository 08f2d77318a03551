"""What goes with the sheets of a print run: a cover that says who gets how many, and a list a department to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from courses.certificates.models import CertificateState
from courses.certificates.printing.queries import Sheet, Stack, stacks
from courses.printing.page import Column, Document, legible
from courses.text import Text, text

Words = Callable[[Text], str]

_SIGN = 9.5
"""Millimetres a row that somebody signs in has at least."""
_VOID = {
    CertificateState.REVOKED: text("Revoked: not printed"),
    CertificateState.SUPERSEDED: text("Replaced: not printed"),
}
_ENTRIES = (
    text("Print run"),
    text("Certificates"),
    text("Asked for by"),
    text("Asked for at"),
    text("Sheets"),
    text("Order"),
    text("Reason"),
)


@dataclass(frozen=True)
class Heading:
    """What the cover says above its table, in words. `reason`: why it is printed again, or ''."""

    number: str
    subject: str
    asked_by: str
    asked_at: str
    sheets: str
    order: str
    reason: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """In the order of the labels."""
        return self.number, self.subject, self.asked_by, self.asked_at, self.sheets, self.order, self.reason


def manifests(
    heading: Heading, sheets: Sequence[Sheet], files: Sequence[range], *, organisation: str, day: date, language: str,
    words: Words,
) -> bytes:  # fmt: skip
    """A PDF: the cover, then a page or more for each department. `files`: the positions (from 0) in each file."""
    document = Document(words(text("Print run of certificates")), organisation, day, language=language)
    found = stacks([sheet.department for sheet in sheets])
    _cover(document, heading, found, sheets, files, words)
    stack_of: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        stack_of.setdefault(sheet.department, []).append(sheet)
    for stack in found:
        _department(document, heading, stack, stack_of[stack.department], files, words)
    return document.finish()


def _cover(
    document: Document, heading: Heading, found: Sequence[Stack], sheets: Sequence[Sheet], files: Sequence[range],
    words: Words,
) -> None:  # fmt: skip
    pairs = zip(_ENTRIES, heading.values, strict=True)
    document.entries((words(label), legible(value)) for label, value in pairs if value)
    document.space(4)  # the sum comes first: however many departments follow, it stands on the first page
    columns = [
        Column(words(text("Department")), 5),
        Column(words(text("File")), 1, "centre"),
        Column(words(text("Sheets")), 1, "right"),
        Column(words(text("From number")), 2.6),
        Column(words(text("To number")), 2.6),
        Column(words(text("Received (name, signature)")), 3),
    ]
    rows = [_stack(one, sheets, files) for one in found]
    total = (words(text("Together")), len(files), len(sheets), "", "", "")
    document.table(columns, [total, *rows], height=_SIGN, weights=lambda row: "regular" if row else "bold")


def _stack(one: Stack, sheets: Sequence[Sheet], files: Sequence[range]) -> tuple[str | int, ...]:
    ends = (legible(sheets[place - 1].facts.number) for place in (one.first, one.last))
    return legible(one.department), _files(one, files), one.sheets, *ends, ""


def _department(
    document: Document, heading: Heading, stack: Stack, sheets: Sequence[Sheet], files: Sequence[range], words: Words
) -> None:
    document.new_page()
    document.space(3)
    document.paragraph(words(text("List of certificates to hand over")), size=12, align="centre")
    document.paragraph(legible(stack.department, "bold"), size=20, weight="bold", align="centre")
    document.space(3)
    place = text("file %(file)s, sheets %(sheets)s", file=_files(stack, files), sheets=f"{stack.sheets:,}")
    document.entries([(words(_ENTRIES[1]), legible(heading.subject)), (words(_ENTRIES[4]), words(place))])
    document.space(2)
    columns = [
        Column(words(text("No.")), 0.8, "right"),
        Column(words(text("Certificate number")), 2.6),
        Column(words(text("Name")), 2.6),
        Column(words(text("Course")), 4),
        Column(words(text("Received (signature)")), 2.6),
        Column(words(text("Note")), 1.8),
    ]
    document.table(columns, [_row(number, one, words) for number, one in enumerate(sheets, 1)], height=_SIGN)


def _row(number: int, sheet: Sheet, words: Words) -> tuple[str | int, ...]:
    void = _VOID.get(sheet.state)
    note = words(void) if void else words(text("Printing %(copy)s", copy=sheet.copy)) if sheet.copy > 1 else ""
    facts = sheet.facts
    return number, legible(facts.number), legible(facts.name), legible(facts.course), "", note


def _files(stack: Stack, files: Sequence[range]) -> str:
    """The files that hold sheets of a stack: 2, or 2–3."""
    first, last = (next(n for n, one in enumerate(files, 1) if at - 1 in one) for at in (stack.first, stack.last))
    return str(first) if first == last else f"{first}–{last}"
