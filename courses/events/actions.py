from __future__ import annotations

import re
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses import clock
from courses.events.facts import Fact
from courses.events.models import Event


def record(db: Session, actor_id: int | None, fact: Fact) -> None:
    """Write down `fact` in the caller's transaction; `actor_id` is None where the system itself acted."""
    record_all(db, actor_id, [fact])


def record_all(db: Session, actor_id: int | None, facts: list[Any]) -> None:
    """The same for many facts at once, in one statement."""
    if facts:
        db.connection().execute(insert(Event), [_row(actor_id, fact) for fact in facts])


def _row(actor_id: int | None, fact: Any) -> dict[str, object]:
    data = dict(vars(fact))  # not `asdict`, whose deep copy costs more than the insert
    return {
        "at": clock.now(),
        "actor_id": actor_id,
        "kind": kind_of(type(fact)),
        "run_id": data.pop("run_id", None),
        "person_id": data.pop("person_id", None),
        "data": data,
    }


def kind_of(fact: type[Fact]) -> str:
    """CertificateIssued → 'certificate_issued'."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact.__name__).lower()
