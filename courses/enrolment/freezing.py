"""The list of a selection is frozen some days before the start: afterwards it changes only with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused, WayOut
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import Organisation, organisation
from courses.text import text


class Days(Protocol):
    """What of a run says until when its list changes: a `Run`, or a row of a list."""

    @property
    def starts_on(self) -> date: ...
    @property
    def apply_until(self) -> datetime | None: ...


def freezes_at(run: Days, rules: Organisation) -> datetime:
    """From when on ranks and the list stay: never while applications are taken, at the latest when the run starts."""
    freeze = clock.start_of(run.starts_on - timedelta(days=rules.freeze_days))
    return min(max(freeze, run.apply_until or freeze), clock.start_of(run.starts_on))


def is_frozen(db: Session, run: Run) -> bool:
    """Whether the list of a selection stays as it is. Other modes have no list to freeze."""
    return run.mode is Mode.SELECTION and clock.now() >= freezes_at(run, organisation(db))


def require_reason(db: Session, run: Run, reason: str) -> None:
    """Refuse to change a frozen list without one."""
    if not reason.strip() and is_frozen(db, run):
        raise Refused(
            text(
                "The list of this run has been frozen since %(when)s. Give a reason: it is kept with the replacement",
                when=freezes_at(run, organisation(db)),
            ),
            code="frozen",
            way_out=WayOut("participants", text("See who takes part"), run.id),
        )
