"""Paper that carries the seal: received in spring, used and spoilt since."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from courses.certificates.models import SealKind
from courses.certificates.registers import log_seal
from lms.demo.stage import Stage, Timeline

_LOG: tuple[tuple[int, SealKind, int, str], ...] = (
    (200, SealKind.RECEIVED, 1_000, "총무과에서 수령"),
    (150, SealKind.USED, 240, "상반기 수료증 인쇄"),
    (149, SealKind.SPOILT, 3, "용지 걸림"),
    (35, SealKind.USED, 184, "10월 수료증 인쇄"),
    (34, SealKind.COUNTED, 573, "월말 재고 조사"),
)
"""Days ago, what happened, sheets (of a count: those that were there), what for."""


def unfold(stage: Stage, timeline: Timeline) -> None:
    """Line by line, each on its day."""
    for line in _LOG:
        timeline.at(stage.now - timedelta(days=line[0]), partial(_log, stage.people.officer.id, line))


def _log(officer_id: int, line: tuple[int, SealKind, int, str], db: Session) -> None:
    _days, kind, sheets, purpose = line
    log_seal(db, officer_id, kind, sheets, purpose)
