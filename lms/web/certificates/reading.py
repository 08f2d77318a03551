"""What the pages of certificates read alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, or_

from courses import clock
from courses.certificates.models import Certificate
from courses.certificates.queries import Entry
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission, visible
from lms.auth.guard import me
from lms.i18n import _, words
from lms.web.certificates.words import KINDS, STATES


def reach() -> ColumnElement[bool]:
    """SQL: one's own certificates, and for officers all."""
    return or_(visible(me(), Certificate), visible(me(), Certificate, Permission.CERTIFY))


def register_sheet(entries: Iterable[Entry]) -> Sheet:
    """The issue register as a table to take away."""
    return Sheet(_("Issue register"), _headings(), _rows(entries))


def _headings() -> Sequence[str]:
    return [
        _("Certificate number"), _("Certificate"), _("Name"), _("Employee number"), _("Unit"), _("Course"), _("From"),
        _("Until"), _("Hours"), _("Verification code"), _("Issued at"), _("State"), _("Revision"), _("Ended at"),
        _("Reason"),
    ]  # fmt: skip


def _rows(entries: Iterable[Entry]) -> Iterator[Sequence[Cell]]:
    for entry in entries:
        facts = entry.facts
        yield [
            facts.number, words(KINDS[facts.kind]), facts.name, entry.employee_no,
            f"{facts.organisation} {facts.unit}".strip(), facts.course, facts.starts_on, facts.ends_on, facts.hours,
            facts.printed_code, clock.local(entry.issued_at), words(STATES[entry.state][0]), entry.revision,
            clock.local(entry.ended_at) if entry.ended_at else None, entry.reason,
        ]  # fmt: skip
