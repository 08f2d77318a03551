"""Certificates as they were issued: the register of a run, one's own, and what the verification page may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from courses.certificates.facts import CODE_ALPHABET, Facts
from courses.certificates.models import Cause, Certificate, CertificateState, Way
from courses.db import rows
from courses.people.models import Person


class Entry(NamedTuple):
    """One line of the issue register (증명서 발급대장)."""

    id: int
    run_id: int
    enrolment_id: int
    employee_no: str
    revision: int
    state: CertificateState
    issued_at: datetime
    ended_at: datetime | None
    reason: str
    way: Way
    cause: Cause | None
    issuer: str
    received_at: datetime | None
    received_by: str
    person_id: int
    year: int
    number: int
    facts: Facts


def register(db: Session, run_id: int) -> list[Entry]:
    """Every certificate of a run, whatever became of it, in the order of the numbers."""
    return _entries(db, _OF_RUN, {"run": run_id})


def own(db: Session, person_id: int) -> list[Entry]:
    """A person's certificates, the latest first; of each number only what became of it last."""
    return _entries(db, _OWN, {"person": person_id})


def revisions(db: Session, certificate: Certificate) -> list[Entry]:
    """All revisions of a certificate's number, the latest first."""
    same = (getattr(Certificate, name) == getattr(certificate, name) for name in ("series", "year", "number"))
    return _entries(db, ENTRIES.where(*same).order_by(Certificate.revision.desc()))


def valid_of_run(run_id: int) -> Select[Certificate]:
    """The certificates of a run that are in force, in the order of the numbers."""
    order = (Certificate.year, Certificate.number)
    return select(Certificate).where(Certificate.run_id == run_id, in_force()).order_by(*order)


def in_force() -> ColumnElement[bool]:
    """SQL: neither superseded nor revoked; only these are handed out."""
    return Certificate.state == CertificateState.VALID


def by_id(db: Session, certificate_id: int) -> Entry | None:
    """One certificate, whatever became of it."""
    found = _entries(db, ENTRIES.where(Certificate.id == certificate_id))
    return found[0] if found else None


def by_code(db: Session, code: str, number: str = "") -> Entry | None:
    """The certificate behind a code as somebody typed it; the number, if one is given, must be its own."""
    found = _entries(db, ENTRIES.where(Certificate.code == read_code(code)))
    if not found:
        return None
    return found[0] if not number.strip() or digits(number) == digits(found[0].facts.number) else None


_MISREAD = str.maketrans("0OI1", "QQJ7")
"""Signs that no code has, and the ones they were most likely misread from."""
_FOREIGN = re.compile(f"[^{CODE_ALPHABET}]")


def read_code(typed: str) -> str:
    """Full-width or small letters, hyphens, blanks and look-alikes as they were meant; '' for a code that cannot be."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed[:100])).upper().translate(_MISREAD)
    return "" if _FOREIGN.search(plain) else plain


def masked(name: str) -> str:
    """A name that confirms but does not tell: 홍*동, 홍*, 남**수, J*** M***."""
    return " ".join(map(_masked_word, name.split()))


def _masked_word(word: str) -> str:
    if not "가" <= word[0] <= "힣":
        return word[0] + "***"
    return word[0] + "*" * max(len(word) - 2, 1) + (word[-1] if len(word) > 2 else "")


def digits(number: str) -> list[int]:
    """The numbers in a certificate's number as somebody typed it: 제2026-000123호 → [2026, 123]."""
    return [int(group) for group in re.findall(r"[0-9]{1,18}", unicodedata.normalize("NFKC", number[:100]))]


def entry(row: Row[Any]) -> Entry:
    """A row of `ENTRIES`."""
    return Entry._make((*row[:-1], Facts.from_json(row.facts)))


def _entries(db: Session, statement: Select[Any], values: Mapping[str, Any] | None = None) -> list[Entry]:
    return [entry(row) for row in rows(db, statement, values)]


_Issuer = aliased(Person)
ENTRIES: Select[*tuple[Any, ...]] = select(
    Certificate.id, Certificate.run_id, Certificate.enrolment_id,
    func.coalesce(Person.employee_no, "").label("employee_no"), Certificate.revision, Certificate.state,
    Certificate.issued_at, Certificate.ended_at, Certificate.reason, Certificate.way, Certificate.cause,
    _Issuer.name, Certificate.received_at, Certificate.received_by, Certificate.person_id, Certificate.year,
    Certificate.number, Certificate.facts,
).join(Person, Person.id == Certificate.person_id).join(_Issuer, _Issuer.id == Certificate.issued_by)  # fmt: skip
"""SQL: the columns of an `Entry`, in their order."""
_OF_RUN = ENTRIES.where(Certificate.run_id == bindparam("run")).order_by(
    Certificate.year, Certificate.number, Certificate.revision
)
_OWN = ENTRIES.where(
    Certificate.person_id == bindparam("person"), Certificate.state != CertificateState.SUPERSEDED
).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
