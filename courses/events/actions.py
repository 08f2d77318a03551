from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import event, insert
from sqlalchemy.orm import Session, SessionTransaction

from courses import clock
from courses.events.facts import Changed, Fact
from courses.events.models import Event


class Recorded(NamedTuple):
    """A fact of the open transaction; `savepoint` is the one that may still take it back."""

    fact: Fact
    actor_id: int | None
    at: datetime
    savepoint: SessionTransaction | None


_INSERT = insert(Event).inline()  # nobody asks for the ids


def record(db: Session, actor_id: int | None, fact: Fact) -> None:
    """Write down `fact` in the caller's transaction; `actor_id` is None where the system itself acted."""
    record_all(db, actor_id, [fact])


def record_all(db: Session, actor_id: int | None, facts: Sequence[Fact]) -> None:
    """The same for many facts at once, in one statement."""
    record_each(db, [(actor_id, fact) for fact in facts])


def record_each(db: Session, facts: Sequence[tuple[int | None, Fact]]) -> None:
    """The same for facts of different people, each with who acted."""
    if facts:
        now = clock.now()
        db.connection().execute(_INSERT, [_row(actor_id, fact, now) for actor_id, fact in facts])
        savepoint = db.get_nested_transaction()
        recorded_now = (Recorded(fact, actor_id, now, savepoint) for actor_id, fact in facts)
        db.info.setdefault("facts", []).extend(recorded_now)


def record_change(
    db: Session,
    actor_id: int | None,
    thing: str,
    identity: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    run_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """`Changed`, with the fields alone that differ; nothing when none does. Both sides have the same fields."""
    differ = [name for name in after if before[name] != after[name]]
    if differ:
        was, now = ({name: values[name] for name in differ} for values in (before, after))
        record(db, actor_id, Changed(thing, identity, was, now, run_id, person_id))


def recorded(db: Session) -> list[Recorded]:
    """The facts of the open transaction, handed over once, to whoever is about to commit it."""
    facts: list[Recorded] = db.info.pop("facts", [])
    return facts


@event.listens_for(Session, "after_soft_rollback")
def _forget(db: Session, ended: SessionTransaction) -> None:
    """What a rollback takes back did not happen."""
    if "facts" in db.info:
        kept = [entry for entry in db.info["facts"] if ended.nested and entry.savepoint is not ended]
        db.info["facts"] = kept


def _row(actor_id: int | None, fact: Fact, now: datetime) -> dict[str, object]:
    data = dict(vars(fact))  # not `asdict`, whose deep copy costs more than the insert
    return {
        "at": now,
        "actor_id": actor_id,
        "kind": kind_of(type(fact)),
        "run_id": data.pop("run_id", None),
        "person_id": data.pop("person_id", None),
        "data": data,
    }


def kind_of(fact: type[Fact]) -> str:
    """CertificateIssued → 'certificate_issued'."""
    return _with_underscores(fact.__name__)


@cache
def _with_underscores(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
