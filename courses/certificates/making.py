"""Certificates made into signed files, in the worker: composed, signed, with their credential inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses.certificates import splicing
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate
from courses.certificates.store import Made
from courses.certificates.templates import pictures, templates
from courses.db import in_parts
from courses.signing import Signer, credential
from courses.signing.credential import Urls

_FEW = 500


def made(
    db: Session, certificate_ids: Sequence[int], signer: Signer, at: datetime, urls: Callable[[int, int, Facts], Urls]
) -> list[Made]:
    """The signed files of some certificates, in their order; nothing is written.

    `urls` of (certificate, run, facts) are the addresses that the credential names.
    """
    found = [row for part in in_parts(certificate_ids, _FEW) for row in db.execute(_issued(part))]
    facts = {row.id: Facts.from_json(row.facts) for row in found}
    known = templates(db, {one.template for one in facts.values()})
    seals_and_logos = pictures(db, facts.values(), known.values())
    files = []
    for row in found:
        one = facts[row.id]
        badge = credential.make(one.to_json(), urls(row.id, row.run_id, one), signer, at)
        constant = splicing.constant(one, known[one.template], seals_and_logos)
        data = splicing.compose(constant, one, badge, lambda digest: signer.sign(digest, at), at)
        files.append(Made(row.id, constant.data, data, badge))
    return files


def _issued(certificate_ids: Sequence[int]) -> Select[int, int, dict[str, Any]]:
    wanted = Certificate.id.in_(certificate_ids)
    return select(Certificate.id, Certificate.run_id, Certificate.facts).where(wanted).order_by(Certificate.id)
