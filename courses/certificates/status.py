"""Which certificates are no longer in force, as lists that anybody may have: one entry each, by id."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate, StatusList
from courses.certificates.queries import in_force
from courses.signing import Signer, status


def place(certificate_id: int) -> tuple[int, int]:
    """The number of a certificate's list, from 1 on, and its entry there."""
    number, index = divmod(certificate_id, status.SIZE)
    return number + 1, index


def numbers(db: Session) -> range:
    """The lists there are to be."""
    last: int = db.scalar(select(func.max(Certificate.id))) or 0
    return range(1, place(last)[0] + 1)


def ended(db: Session, number: int) -> Iterable[int]:
    """The entries of a list that stand for certificates that were replaced or revoked."""
    first = (number - 1) * status.SIZE
    among = Certificate.id >= first, Certificate.id < first + status.SIZE
    return [
        one - first for one in db.scalars(select(Certificate.id).where(*among, ~in_force()).order_by(Certificate.id))
    ]


def publish(db: Session, number: int, url: str, issuer: str, signer: Signer) -> None:
    """Put what holds now in the place of a list. `url` is where it stands, `issuer` where the issuer's profile does."""
    known = db.get(StatusList, number, with_for_update=True)  # who comes second sees what the first one saw, or later
    now = clock.now()
    data = status.make(url, issuer, ended(db, number), signer, now)
    if known:
        known.data, known.changed_at = data, now
    else:
        db.add(StatusList(number=number, data=data, changed_at=now))


def published(db: Session, number: int) -> bytes | None:
    """A list as it is published; None until it is."""
    return db.scalar(select(StatusList.data).where(StatusList.number == number))
