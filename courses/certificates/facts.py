"""What a certificate says, frozen when it is issued, and the code that finds it again."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any, Literal

Kind = Literal["completed", "attended"]
"""수료증, 이수증. Confirmations and transcripts are `documents`."""

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs that nobody mistakes for each other: without 0, 1, I, L and O."""

CODE_LENGTH = 16


def new_code() -> str:
    """A fresh verification code: 16 signs, about 79 bits from the system's source of randomness."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def in_fours(code: str) -> str:
    """A code as it is printed: SN4G-2AYQ-K5QM-NQXF."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest_of(plain: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of what is frozen, in its canonical form: keys in order, no blanks, UTF-8."""
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Facts:
    """One certificate as it was issued. Dates are ISO 8601 (2026-11-20).

    Fields with a default came later. They are stored only where they say something, so that certificates issued before
    keep their digest. Those in English are of sheets with an English page.
    """

    number: str  # as printed: 제2026-000123호
    kind: Kind
    name: str
    name_roman: str  # offered where the fonts lack a character of the name
    organisation: str
    unit: str
    grade: str  # "": no such line
    course: str
    starts_on: str
    ends_on: str
    hours: str  # as printed: 총 21시간
    issued_on: str
    issuer: str
    body_place: str  # in the sentence: 우리 시에서
    code: str  # by `new_code`
    verify_url: str  # without the code and the slash before it
    template: str
    seal: str  # SHA-256 of the picture in hexadecimal, "" for none
    reissued: bool
    recognised: str = ""  # as printed: 15시간
    policy: str = ""  # the rules it was judged by, and their version: plain 1
    course_en: str = ""
    organisation_en: str = ""
    hours_en: str = ""  # as printed: 21 hours
    recognised_en: str = ""
    issuer_en: str = ""
    place_en: str = ""  # in the sentence: conducted by Hanbit City
    grade_en: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the course."""
        return date.fromisoformat(self.starts_on), date.fromisoformat(self.ends_on)

    @property
    def issued_day(self) -> date:
        """The day of issue."""
        return date.fromisoformat(self.issued_on)

    @property
    def verification(self) -> str:
        """The address in the QR code."""
        return f"{self.verify_url}/{self.code}"

    @property
    def printed_code(self) -> str:
        """The code in groups of four, as people read it to each other."""
        return in_fours(self.code)

    def to_json(self) -> dict[str, Any]:
        """A flat object of strings and one boolean, for storing."""
        plain = vars(self)
        return {name: plain[name] for name in _NAMES if name not in _LATER or plain[name] != _LATER[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """The facts stored by `to_json`; a field too many or too few is a TypeError."""
        return cls(**data)


_NAMES = tuple(field.name for field in fields(Facts))
_LATER: dict[str, Any] = {field.name: field.default for field in fields(Facts) if field.default is not MISSING}
