"""The list of a selection is frozen some days before the start: afterwards it changes only with a reason."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused, WayOut
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import organisation
from courses.text import text


def frozen_on(db: Session, run: Run) -> date:
    """The first day on which the list of nominees stays as it is."""
    return run.starts_on - timedelta(days=organisation(db).freeze_days)


def is_frozen(db: Session, run: Run) -> bool:
    """Whether the list of a selection stays as it is. Other modes have no list to freeze."""
    return run.mode is Mode.SELECTION and clock.today() >= frozen_on(db, run)


def require_reason(db: Session, run: Run, reason: str) -> None:
    """Refuse to change a frozen list without one."""
    if not reason.strip() and is_frozen(db, run):
        raise Refused(
            text(
                "The list of this run was frozen on %(when)s. Give a reason: it is kept with the replacement",
                when=frozen_on(db, run),
            ),
            code="frozen",
            way_out=WayOut("participants", text("See who takes part"), run.id),
        )
