"""What the pages of certificates read alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import request
from sqlalchemy import ColumnElement, or_
from werkzeug.exceptions import TooManyRequests

from courses import clock
from courses.certificates.models import Certificate
from courses.certificates.queries import Entry, by_code
from courses.certificates.verification import Looked, look
from courses.errors import Refused, WayOut
from courses.exchange.writing import Cell, Sheet
from courses.permissions import Permission, visible
from courses.settings.organisation import organisation
from courses.surveys.queries import pending
from courses.text import text
from lms import db, throttle
from lms.auth.guard import me
from lms.i18n import _, words
from lms.web.certificates.words import KINDS, STATES

_VERIFY, _WRONG_CODES, _WAIT_SECONDS = "verify", {"times": 30, "minutes": 10}, 600


def verified(code: str, number: str = "") -> Entry | None:
    """The certificate behind a code that somebody holds in hand (see `queries.by_code`).

    Wrong codes are counted by address, those of pages and API together: after some, `TooManyRequests`.
    """
    _require_patience()
    entry = by_code(db.looking(), code, number)
    if entry is None:
        _count_wrong()
    return entry


def looked_at(pdf: bytes) -> Looked:
    """What a file is worth that somebody holds (see `verification.look`). Wrong ones are counted like wrong codes."""
    _require_patience()
    looked = look(db.looking(), pdf)
    if looked.shown is None:
        _count_wrong()
    return looked


def _require_patience() -> None:
    if throttle.blocked(_VERIFY, request.remote_addr or "", **_WRONG_CODES):
        raise TooManyRequests(retry_after=_WAIT_SECONDS)


def _count_wrong() -> None:
    throttle.allowed(_VERIFY, request.remote_addr or "", **_WRONG_CODES)


def reach() -> ColumnElement[bool]:
    """SQL: one's own certificates, and for officers all."""
    return or_(visible(me(), Certificate), visible(me(), Certificate, Permission.CERTIFY))


def require_answered(certificate: Certificate) -> None:
    """`Refused` where the organisation wants the survey answered before the own certificate is taken away."""
    rules, mine = organisation(db.looking()), certificate.person_id == me().id
    if rules.survey_gates_download and mine and pending(db.looking(), [certificate.enrolment_id]):
        raise Refused(
            text("Please answer the survey of the course first. It takes half a minute and is anonymous"),
            code="survey",
            way_out=WayOut("survey", text("To the survey"), certificate.run_id),
        )


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
