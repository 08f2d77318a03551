from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.confirming.models import Confirmation, State
from courses.db import KEY, rows
from courses.people.models import OrgUnit, Person, Posting

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


def count_below(db: Session, unit_ids: Collection[int], actor_id: int) -> int:
    """The same for the head of these units: asked by those who serve today in them or below."""
    asked = {"unit_ids": list(unit_ids), "actor_id": actor_id, "today": clock.today()}
    return int(rows(db, _BELOW, asked).scalar_one())


def _all(allowed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Confirmation, _Asker.name.label("asker"), _Decider.name.label("decider"))
        .join(_Asker, _Asker.id == Confirmation.asked_by)
        .outerjoin(_Decider, _Decider.id == Confirmation.decided_by)
        .where(allowed)
    )


_units = select(OrgUnit.id).where(OrgUnit.id.in_(bindparam("unit_ids", type_=KEY, expanding=True)))
_under = _units.correlate(None).cte("under", recursive=True)
_under = _under.union(select(OrgUnit.id).join(_under, OrgUnit.parent_id == _under.c.id))
_BELOW = select(func.count(Confirmation.id.distinct())).where(
    Confirmation.state == State.ASKED,
    Confirmation.asked_by != bindparam("actor_id", type_=KEY),
    Confirmation.asked_by.in_(
        select(Posting.person_id).where(
            Posting.on(bindparam("today", type_=Date)), Posting.unit_id.in_(select(_under.c.id))
        )
    ),
)
