from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from courses.confirming.models import Confirmation, State
from courses.people.models import Person

_Asker, _Decider = aliased(Person), aliased(Person)


def waiting(db: Session, allowed: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """What waits for a second person, the oldest first: confirmation, asker. `allowed`: what the reader may see."""
    return db.execute(_all(allowed).where(Confirmation.state == State.ASKED).order_by(Confirmation.id)).all()


def decided(db: Session, allowed: ColumnElement[bool], limit: int = 50) -> Sequence[Row[Any]]:
    """The last ones decided, the newest first: confirmation, asker, decider (None: no second person was wanted)."""
    done = _all(allowed).where(Confirmation.state != State.ASKED)
    return db.execute(done.order_by(Confirmation.decided_at.desc(), Confirmation.id.desc()).limit(limit)).all()


def one(db: Session, allowed: ColumnElement[bool], confirmation_id: int) -> Row[Any] | None:
    """The same of one; None where it is not the reader's."""
    return db.execute(_all(allowed).where(Confirmation.id == confirmation_id)).one_or_none()


def count(db: Session, allowed: ColumnElement[bool], actor_id: int) -> int:
    """How many wait for this person: what one asked for oneself waits for somebody else."""
    mine = Confirmation.state == State.ASKED, Confirmation.asked_by != actor_id
    return db.scalar(select(func.count()).select_from(Confirmation).where(*mine, allowed)) or 0


def _all(allowed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Confirmation, _Asker.name.label("asker"), _Decider.name.label("decider"))
        .join(_Asker, _Asker.id == Confirmation.asked_by)
        .outerjoin(_Decider, _Decider.id == Confirmation.decided_by)
        .where(allowed)
    )
