"""Addresses by which a certificate's owner shows its file to others, who need not sign in, for a while."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate, ShareLink
from courses.certificates.queries import in_force
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import CertificateShared, SharingEnded
from courses.text import text

DAYS = (7, 30, 90)
_MOST = 10
_BYTES = 32


def share(db: Session, actor_id: int, certificate: Certificate, days: int) -> tuple[ShareLink, str]:
    """An address of one's own certificate for so many days, and its secret, which is known only now.

    Raises `Refused` for a certificate that is not in force, and when there are too many addresses already.
    """
    if days not in DAYS:
        raise Refused(text("Choose for how long"), code="days")
    if db.scalar(select(in_force()).where(Certificate.id == certificate.id).with_for_update()) is not True:
        raise Refused(text("Only a certificate in force can be shared."), code="not_in_force")
    now = clock.now()
    if db.scalar(select(func.count()).select_from(ShareLink).where(*_open(certificate.id))) == _MOST:
        raise Refused(text("A certificate has %(most)s addresses at most. End one first.", most=_MOST), code="many")
    secret = secrets.token_urlsafe(_BYTES)
    link = ShareLink(
        certificate_id=certificate.id, sha256=_hash(secret), created_at=now, expires_at=now + timedelta(days=days)
    )
    db.add(link)
    db.flush()  # the fact names its id
    identity = (certificate.id, certificate.run_id, certificate.person_id, link.id)
    record(db, actor_id, CertificateShared(*identity, link.expires_at.isoformat()))
    return link, secret


def end(db: Session, actor_id: int, certificate: Certificate, link: ShareLink) -> None:
    """From now on the address opens nothing; ending it again is no event."""
    if link.ended_at is None:
        link.ended_at = clock.now()
        identity = (certificate.id, certificate.run_id, certificate.person_id, link.id)
        record(db, actor_id, SharingEnded(*identity))


def links(db: Session, certificate_id: int) -> Sequence[ShareLink]:
    """The addresses of a certificate that still open it, the latest first."""
    return db.scalars(select(ShareLink).where(*_open(certificate_id)).order_by(ShareLink.id.desc())).all()


def shared(db: Session, secret: str) -> Certificate | None:
    """The certificate that an address opens. None once it was ended or is over, or the certificate is not in force."""
    return db.scalar(_SHARED, {"sha256": _hash(secret), "now": clock.now()})


def _open(certificate_id: int) -> tuple[ColumnElement[bool], ...]:
    return ShareLink.certificate_id == certificate_id, ShareLink.ended_at.is_(None), ShareLink.expires_at > clock.now()


def _hash(secret: str) -> str:
    """Secrets are long and random, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


_SHARED = (
    select(Certificate)
    .join(ShareLink, ShareLink.certificate_id == Certificate.id)
    .where(
        ShareLink.sha256 == bindparam("sha256"),
        ShareLink.ended_at.is_(None),
        ShareLink.expires_at > bindparam("now", type_=ShareLink.expires_at.type),
        in_force(),
    )
)
