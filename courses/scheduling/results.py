"""When results of closed runs change: each such run draws a new mark, by which what was summed up from it is known."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from courses.scheduling.models import Run, RunState

_BITS = 40


def new_mark() -> int:
    """A number so random that sums of such numbers differ when one of them does. Thousands fit into a column's sum."""
    return 1 + secrets.randbits(_BITS)


def changed(db: Session, run_ids: Collection[int]) -> None:
    """Outcomes, units, grades or services in these runs have changed; only closed ones are marked."""
    closed = update(Run).where(Run.id.in_(run_ids), Run.state == RunState.CLOSED)
    db.execute(closed.values(results_mark=new_mark()), execution_options={"synchronize_session": False})
