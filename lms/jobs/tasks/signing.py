"""Signing what was issued, in the worker, who alone holds the key: files, roots' time stamps, the published lists."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import document_files, making, status, store
from courses.certificates.document_files import Paper
from courses.certificates.documents import Content
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, IssuedDocument, SigningBatch
from courses.db import in_parts
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import CertificatesSigned, DocumentsSigned, RootStamped
from courses.printing.issued import draw
from courses.settings.organisation import asset
from courses.signing import Signer
from courses.signing.credential import Urls
from courses.text import text
from lms import keys
from lms.config import Config, stamp_authorities
from lms.jobs.handlers import handler
from lms.jobs.queue import all_later, later
from lms.jobs.work import Work
from lms.web.certificates.addresses import issuer_url, status_url

log = logging.getLogger(__name__)

SIGNING, MISSING, STAMPING, PUBLISHING = "sign_certificates", "sign_missing", "stamp_root", "publish_status"
PAPERS = "sign_documents"
AT_ONCE = 500
"""Certificates that one job signs, under one root."""


@handler(SIGNING)
def sign_certificates(work: Work, facts: list[dict[str, Any]]) -> None:
    """Sign the files of what was just issued. Those that have one, and those not in force any more, are left alone.

    Composed outside of the transaction, kept in one that ends the job: a worker that dies leaves nothing, and of two
    who sign the same the second one finds it done.
    """
    signer, now = keys.signer(work.config), clock.now()
    with work.database.look() as db:
        waiting = store.unsigned(db, {fact["certificate_id"] for fact in facts})
        made = making.made(db, waiting, signer, now, partial(_urls, work.config))
    with work.begin(last=True) as db:
        db.execute(select(Certificate.id).where(Certificate.id.in_(waiting)).order_by(Certificate.id).with_for_update())
        still = set(store.unsigned(db, waiting))
        mine = [one for one in made if one.certificate_id in still]
        if not mine:
            return
        batch = store.keep(db, mine, signer.key_id, now)
        record(db, work.actor_id, CertificatesSigned(batch.id, batch.size, batch.root, batch.key_id))
        later(db, PUBLISHING, key=f"{PUBLISHING}:{signer.key_id}")
        _stamped(work, db, batch)
        work.progress(len(mine), len(mine), text("%(count)s certificates are signed", count=f"{len(mine):,}"))


@handler(PAPERS)
def sign_documents(work: Work, facts: list[dict[str, Any]]) -> None:
    """The same for confirmations and transcripts, drawn as they were issued.

    What cannot be drawn keeps no other one waiting: it becomes a job of its own, which fails.
    """
    signer, now = keys.signer(work.config), clock.now()
    with work.database.look() as db:
        waiting = document_files.unsigned(db, {fact["document_id"] for fact in facts})
        sheets = _drawn(db, waiting)
    papers = [_paper(document_id, sheet, signer, now) for document_id, sheet in sheets.items()]
    with work.begin(last=True) as db:
        all_later(db, PAPERS, [{"facts": [{"document_id": one}]} for one in waiting if one not in sheets])
        held = select(IssuedDocument.id).where(IssuedDocument.id.in_(waiting)).order_by(IssuedDocument.id)
        db.execute(held.with_for_update())
        still = set(document_files.unsigned(db, waiting))
        mine = [one for one in papers if one.document_id in still]
        if not mine:
            return
        batch = document_files.keep(db, mine, signer.key_id, now)
        record(db, work.actor_id, DocumentsSigned(batch.id, batch.size, batch.root, batch.key_id))
        _stamped(work, db, batch)


def _drawn(db: Session, document_ids: Sequence[int]) -> dict[int, bytes]:
    """The documents as PDF, without those that cannot be drawn; of one alone, its error is raised."""
    found: dict[int, bytes] = {}
    for document_id in document_ids:
        try:
            content = Content.from_json(db.get_one(IssuedDocument, document_id).content)
            found[document_id] = draw(content, asset(db, content.seal))
        except Exception as error:
            if len(document_ids) == 1 or isinstance(error, SQLAlchemyError):
                raise
            log.warning("document %s cannot be drawn: %s", document_id, error)
    return found


def _paper(document_id: int, sheet: bytes, signer: Signer, now: datetime) -> Paper:
    from courses.signing import papers  # pyHanko takes half a second to import

    return Paper(document_id, papers.signed(sheet, lambda digest: signer.sign(digest, now), now))


def _stamped(work: Work, db: Session, batch: SigningBatch) -> None:
    """Have the root stamped, where there is an authority for that."""
    if work.config.timestamp_url:
        later(db, STAMPING, batch_id=batch.id)


@handler(MISSING)
def sign_missing(work: Work) -> None:
    """Every night, and so after an update: whatever has no file yet, be it that it was issued before there were any."""
    with work.begin(last=True) as db:
        parts = in_parts(store.unsigned(db), AT_ONCE)
        all_later(db, SIGNING, [{"facts": [{"certificate_id": one} for one in some]} for some in parts])
        papers = in_parts(document_files.unsigned(db), AT_ONCE)
        all_later(db, PAPERS, [{"facts": [{"document_id": one} for one in some]} for some in papers])
        if work.config.timestamp_url:
            unstamped = select(SigningBatch.id).where(SigningBatch.token.is_(None)).order_by(SigningBatch.id)
            all_later(db, STAMPING, [{"batch_id": one} for one in db.scalars(unstamped)])


@handler(STAMPING)
def stamp_root(work: Work, batch_id: int) -> None:
    """Have the time stamp authority say that the root of a job's files existed now; tried again while it is away."""
    from courses.signing import timestamps  # it takes half a second to import

    url = work.config.timestamp_url
    with work.database.look() as db:
        batch = db.get_one(SigningBatch, batch_id)
        if batch.token is not None:
            return
        root = bytes.fromhex(batch.root)
    try:
        token = timestamps.stamp(root, url, stamp_authorities(work.config.timestamp_ca))
    except Refused as error:
        raise ConnectionError(str(error)) from error  # not the end of the job: it is tried again
    with work.begin(last=True) as db:
        batch = db.get_one(SigningBatch, batch_id, with_for_update=True)
        if batch.token is None:
            batch.token, batch.authority, batch.stamped_at = token, url[:300], clock.now()
            record(db, work.actor_id, RootStamped(batch.id, batch.authority))


@handler(PUBLISHING)
def publish_status(work: Work, facts: list[dict[str, Any]] | None = None) -> None:
    """Sign anew the lists of certificates that are not in force: after each that ended, and every night."""
    signer = keys.signer(work.config)
    with work.begin(last=True) as db:
        for number in status.numbers(db):
            status.publish(db, number, status_url(work.config, number), issuer_url(work.config), signer)


def _urls(config: Config, certificate_id: int, run_id: int, facts: Facts) -> Urls:
    number, index = status.place(certificate_id)
    return Urls(
        credential=facts.verification,
        issuer=issuer_url(config),
        achievement=f"{config.public_url}/runs/{run_id}",
        status=status_url(config, number),
        status_index=index,
    )
