"""Small files to import, in the columns of the data dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from courses.exchange.actions import Counts, apply
from courses.exchange.formats import kinds
from courses.exchange.preview import Preview, preview
from lms import paths

DATA = paths.DEMO / "data"
ORGANISATION = (
    ("1", "", "한빛시", "0"),
    ("10", "1", "행정국", "1"),
    ("11", "10", "총무과", "2"),
    ("12", "11", "총무1팀", "3"),
    ("13", "10", "재무과", "4"),
)
HONG = {
    "사번": "200000001",
    "성명": "홍길동",
    "부서코드": "12",
    "직급": "7급",
    "임용일": "2000-03-02",
    "재직상태": "재직",
}
KIM = {"사번": "200000002", "성명": "김미나", "부서코드": "11", "직급": "5급", "직위": "과장", "재직상태": "재직"}
STAFF = ("사번", "성명", "부서코드", "직급", "직위", "담당업무", "전자우편", "임용일", "재직상태")


def file(kind: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file with the Korean headings of a kind and these rows."""
    lines = [[column.korean for column in kinds[kind].columns], *rows]
    return "\r\n".join(",".join(line) for line in lines).encode()


def staff(*people: dict[str, str]) -> bytes:
    """A staff file of some people."""
    lines = [STAFF, *([person.get(heading, "") for heading in STAFF] for person in people)]
    return "\r\n".join(",".join(line) for line in lines).encode()


def look_at(db: Session, kind: str, data: bytes, **options: Any) -> Preview:
    """The preview of a file."""
    return preview(db, kind, data, f"{kind}.csv", **options)


def take_in(db: Session, kind: str, data: bytes, **options: Any) -> Counts:
    """Preview a file and apply it."""
    choices = {name: options.pop(name) for name in ("only_good", "retire") if name in options}
    counts = apply(db, None, look_at(db, kind, data, **options), **choices)
    db.commit()
    return counts


def organised(db: Session) -> None:
    """The small organisation is there."""
    take_in(db, "organisation", file("organisation", ORGANISATION))


def demo(name: str) -> bytes:
    """A file of the demo organisation."""
    return (DATA / f"{name}.csv").read_bytes()


def complaints(found: Preview) -> list[tuple[int, str, str]]:
    """Row, field and reason of everything bad."""
    return [(bad.row, bad.field, str(bad.reason)) for bad in found.bad]


DAY = date(2026, 11, 23)
