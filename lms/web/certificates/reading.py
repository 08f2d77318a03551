"""What the pages of certificates read alike."""

from __future__ import annotations

from flask import request
from sqlalchemy import ColumnElement, or_
from werkzeug.exceptions import TooManyRequests

from courses.certificates.documents import Listed
from courses.certificates.documents import by_code as document_by_code
from courses.certificates.models import Certificate
from courses.certificates.queries import Entry, by_code
from courses.certificates.verification import Looked, look
from courses.errors import Refused, WayOut
from courses.permissions import Permission, visible
from courses.settings.organisation import organisation
from courses.surveys.queries import pending
from courses.text import text
from lms import db, throttle
from lms.auth.guard import me

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


def verified_document(code: str, number: str = "", *, counted: bool = False) -> Listed | None:
    """The confirmation or transcript behind a code; look for it before `verified`, which counts the wrong ones.

    `counted`: they are counted here.
    """
    _require_patience()
    found = document_by_code(db.looking(), code, number)
    if counted and found is None:
        _count_wrong()
    return found


def looked_at(pdf: bytes) -> Looked:
    """What a file is worth that somebody holds (see `verification.look`). Wrong ones are counted like wrong codes."""
    _require_patience()
    looked = look(db.looking(), pdf)
    if looked.found is None:
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
