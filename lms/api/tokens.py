"""Making, finding and revoking tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import TokenMade, TokenRevoked
from courses.text import clean, text
from lms.api.models import ApiToken

PREFIX = "lms_"
"""How every secret begins, so that one that got out is recognised."""
SHOWN = 12
"""Signs of a secret that are kept in the clear."""
DAYS = 365
LONGEST_DAYS = 3650
_MOST = 20
_BYTES = 32


def make(db: Session, actor_id: int | None, person_id: int, name: str, days: int = DAYS) -> tuple[ApiToken, str]:
    """A new token of a person and its secret, which is known only now. `Refused` when there are too many."""
    name = clean(name)[:100]
    if not name:
        raise Refused(text("Give the token a name, so that you know later what uses it"), code="name_needed")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(text("A token is good for 1 to %(most)s days", most=LONGEST_DAYS), code="days")
    if _count(db, person_id) >= _MOST:
        message = text("Nobody can have more than %(most)s tokens. Revoke one that is no longer used", most=_MOST)
        raise Refused(message, code="too_many_tokens")
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ApiToken(
        person_id=person_id,
        name=name,
        prefix=secret[:SHOWN],
        sha256=_hash(secret),
        created_at=clock.now(),
        expires_on=clock.today() + timedelta(days=days),
    )
    db.add(token)
    db.flush()  # a prefix that is taken shows now, and the door runs again
    record(db, actor_id, TokenMade(person_id, token.name, token.prefix, token.expires_on.isoformat()))
    return token, secret


def revoke(db: Session, actor_id: int | None, token: ApiToken) -> None:
    """From now on the token opens nothing; revoking it again is no event."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record(db, actor_id, TokenRevoked(token.person_id, token.name, token.prefix))


def of_person(db: Session, person_id: int | None = None) -> Sequence[ApiToken]:
    """The tokens of a person (None: of everybody) that are not revoked, the newest first; expired ones, too."""
    statement = select(ApiToken).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    return db.scalars(statement if person_id is None else statement.where(ApiToken.person_id == person_id)).all()


class Known(NamedTuple):
    """A token in force; `fresh`: today's first use has been noted."""

    id: int
    person_id: int
    fresh: bool


def find(db: Session, secret: str) -> Known | None:
    """The token in force behind a secret."""
    if not secret.startswith(PREFIX):
        return None
    today = clock.today()
    row = db.execute(_IN_FORCE, {"sha256": _hash(secret)}).first()
    return Known(row.id, row.person_id, row.last_used_on == today) if row and row.expires_on >= today else None


def note_use(db: Session, token_id: int) -> None:
    """Remember that the token was used today."""
    unused = or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < clock.today())
    db.execute(update(ApiToken).where(ApiToken.id == token_id, unused).values(last_used_on=clock.today()))


def _count(db: Session, person_id: int) -> int:
    in_force = ApiToken.revoked_at.is_(None), ApiToken.expires_on >= clock.today()
    return db.scalar(select(func.count()).where(ApiToken.person_id == person_id, *in_force)) or 0


def _hash(secret: str) -> str:
    """Secrets are long and random, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


_IN_FORCE = select(ApiToken.id, ApiToken.person_id, ApiToken.expires_on, ApiToken.last_used_on).where(
    ApiToken.sha256 == bindparam("sha256"), ApiToken.revoked_at.is_(None)
)
"""Built once: every request asks it."""
