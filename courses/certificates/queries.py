"""Certificates as they were issued: the register of a run, one's own, and what the verification page may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from courses.certificates.facts import CODE_ALPHABET, Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.pdf import draw
from courses.people.models import Person
from courses.settings.organisation import asset


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the issue register (증명서 발급대장)."""

    id: int
    enrolment_id: int
    employee_no: str
    state: CertificateState
    issued_at: datetime
    facts: Facts


def register(db: Session, run_id: int) -> list[Entry]:
    """Every certificate of a run, whatever became of it, in the order of the numbers."""
    return _entries(db, Certificate.run_id == run_id, Certificate.year, Certificate.number, Certificate.revision)


def own(db: Session, person_id: int) -> list[Entry]:
    """A person's certificates, the latest first."""
    return _entries(db, Certificate.person_id == person_id, Certificate.issued_at.desc(), Certificate.id.desc())


def valid_of_run(run_id: int) -> Select[Certificate]:
    """The certificates of a run that are in force, in the order of the numbers."""
    order = (Certificate.year, Certificate.number)
    return select(Certificate).where(Certificate.run_id == run_id, in_force()).order_by(*order)


def in_force() -> ColumnElement[bool]:
    """SQL: neither superseded nor revoked; only these are handed out."""
    return Certificate.state == CertificateState.VALID


def printed(db: Session, certificates: Sequence[Certificate]) -> bytes:
    """One PDF of what was issued, a page each; the same bytes every time. ValueError for none at all."""
    facts = [Facts.from_json(certificate.facts) for certificate in certificates]
    seals = {one.seal: asset(db, one.seal) for one in facts}
    return draw(facts, seal=[picture for picture in seals.values() if picture])


def by_code(db: Session, code: str, number: str = "") -> tuple[Facts, CertificateState] | None:
    """The certificate behind a code as somebody typed it; the number, if one is given, must be its own."""
    row = db.execute(select(Certificate.facts, Certificate.state).where(Certificate.code == read_code(code))).first()
    if row is None:
        return None
    facts = Facts.from_json(row.facts)
    return (facts, row.state) if not number.strip() or _digits(number) == _digits(facts.number) else None


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


def _digits(number: str) -> list[int]:
    return [int(group) for group in re.findall(r"[0-9]{1,18}", unicodedata.normalize("NFKC", number[:100]))]


def _entries(db: Session, condition: ColumnElement[bool], *order: Any) -> list[Entry]:
    rows = db.execute(
        select(
            Certificate.id, Certificate.enrolment_id, Person.employee_no,
            Certificate.state, Certificate.issued_at, Certificate.facts,
        )
        .join(Person, Person.id == Certificate.person_id)
        .where(condition)
        .order_by(*order)
    )  # fmt: skip
    return [
        Entry(row.id, row.enrolment_id, row.employee_no or "", row.state, row.issued_at, Facts.from_json(row.facts))
        for row in rows
    ]
