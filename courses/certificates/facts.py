"""What a certificate says, frozen when it is issued, and the code that finds it again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["completed", "attended"]

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs that nobody mistakes for each other: without 0, 1, I, L and O."""

CODE_LENGTH = 16


def new_code() -> str:
    """A fresh verification code: 16 signs, about 79 bits from the system's source of randomness."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


@dataclass(frozen=True)
class Facts:
    """One certificate as it was issued. Dates are ISO 8601 (2026-11-20)."""

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
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))

    def to_json(self) -> dict[str, Any]:
        """A flat object of strings and one boolean, for storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """The facts stored by `to_json`; a field too many or too few is a TypeError."""
        return cls(**data)
