"""Documents beside the certificates: confirmations of enrolment (수강확인서) and teaching (출강확인서), transcripts.

Each has a number of the certificates' series and a code; what it says is composed by the door, and frozen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.certificates.actions import SERIES, take_numbers
from courses.certificates.facts import digest_of, in_fours, new_code
from courses.certificates.models import CertificateState, DocumentKind, IssuedDocument
from courses.certificates.queries import digits, read_code
from courses.confirming.actions import ask
from courses.confirming.models import Confirmation
from courses.confirming.steps import step
from courses.db import KEY, rows
from courses.errors import Refused, require_reason, without_number
from courses.events.actions import record
from courses.events.facts import DocumentIssued, DocumentRevoked
from courses.people.models import Person
from courses.scheduling.locks import lock_people
from courses.settings.organisation import organisation
from courses.text import clean, text

PURPOSE = 200
"""Characters of what a document is wanted for."""
MOST_A_DAY = 20
"""Documents that somebody may issue to themselves in a day: each takes a number of the certificates' series."""
REVOCATION = "document_revocation"


@dataclass(frozen=True)
class Grid:
    """A table: headings with their shares of the width and how they are aligned; `total`: the last row is bold."""

    columns: tuple[tuple[str, float, str], ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    total: bool = False


@dataclass(frozen=True)
class Content:
    """What a document says, in words as printed. `about` tells whoever verifies it what it is about, without names.

    `issued_on` is ISO 8601, `seal` the SHA-256 of a picture or '', `verify_url` without the code and the slash.
    """

    kind: str
    language: str
    title: str
    name: str
    entries: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    sentence: str
    about: str
    organisation: str
    issuer: str
    dated: str
    issued_on: str
    seal: str
    verify_url: str
    number: str = ""
    code: str = ""

    @property
    def printed_code(self) -> str:
        """The code in groups of four."""
        return in_fours(self.code)

    def to_json(self) -> dict[str, Any]:
        """For storing: strings, lists and objects."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        """What `to_json` stored; a field too many or too few is a TypeError."""
        entries = tuple((label, value) for label, value in data["entries"])
        return cls(**{**data, "entries": entries, "grids": tuple(map(_grid, data["grids"]))})


def _grid(data: Mapping[str, Any]) -> Grid:
    columns = tuple((heading, share, align) for heading, share, align in data["columns"])
    return Grid(**{**data, "columns": columns, "rows": tuple(map(tuple, data["rows"]))})


class Listed(NamedTuple):
    """A line of the register: a document as it was issued, and what became of it."""

    id: int
    year: int
    number: int
    kind: DocumentKind
    code: str
    state: CertificateState
    purpose: str
    employee_no: str
    person_id: int
    issued_at: datetime
    issuer: str
    ended_at: datetime | None
    reason: str
    content: Content


def issue(
    db: Session, actor_id: int, person_id: int, content: Content, *, purpose: str = "", run_id: int | None = None
) -> IssuedDocument:
    """A number and a code for a document. The same one, asked for again on the same day, takes no second number.

    Raises `Refused` for a purpose with a resident registration number in it, and for too many to oneself. Draw it
    before you commit: a document that cannot be drawn takes no number.
    """
    purpose = without_number(clean(purpose), text("What it is for"))[:PURPOSE]
    lock_people(db, [person_id])
    if same := _same(db, person_id, content, purpose):
        return same
    if actor_id == person_id:
        _require_few(db, person_id)
    year, number = take_numbers(db, 1)
    printed = organisation(db).number_pattern.format(year=year, sequence=number)
    content = replace(content, number=printed, code=new_code())
    document = IssuedDocument(
        series=SERIES,
        year=year,
        number=number,
        code=content.code,
        kind=DocumentKind(content.kind),
        person_id=person_id,
        run_id=run_id,
        purpose=purpose,
        content=content.to_json(),
        content_sha256=digest(content),
        issued_at=clock.now(),
        issued_by=actor_id,
    )
    db.add(document)
    db.flush()  # the fact names its id
    record(db, actor_id, DocumentIssued(document.id, document.kind, printed, purpose, person_id, run_id))
    return document


def ask_to_revoke(db: Session, actor_id: int, document: IssuedDocument, reason: str) -> Confirmation:
    """Revoke at once, or have it wait for a second person where the organisation wants one; the answer says which."""
    if document.state is not CertificateState.VALID:
        raise _not_in_force()
    title = f"{document.content['number']} {document.content['name']}"
    return ask(db, actor_id, REVOCATION, document.id, {}, reason, title=title)


@step(REVOCATION)
def _take_revocation(db: Session, asked: Confirmation, _seen: str | None) -> None:
    revoke(db, asked.asked_by, asked.subject_id, asked.reason)


def revoke(db: Session, actor_id: int, document_id: int, reason: str) -> None:
    """For ever: its number stays in the register. Raises `Refused` for one that is revoked, and without a reason."""
    reason = require_reason(reason, text("Say why: it stays in the register"))
    valid = (IssuedDocument.id == document_id, IssuedDocument.state == CertificateState.VALID)
    ended = {"state": CertificateState.REVOKED, "ended_at": clock.now(), "ended_by": actor_id, "reason": reason}
    if db.execute(update(IssuedDocument).where(*valid).values(ended)).rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE has it
        raise _not_in_force()
    document = db.get_one(IssuedDocument, document_id, populate_existing=True)
    number = document.content["number"]
    record(db, actor_id, DocumentRevoked(document.id, number, reason, document.person_id, document.run_id))


def _not_in_force() -> Refused:
    return Refused(text("This document was revoked already."), code="not_in_force")


def digest(content: Content) -> str:
    """SHA-256 of what it says, as it is stored."""
    return digest_of(content.to_json())


def own(db: Session, person_id: int) -> list[Listed]:
    """A person's documents, the latest first."""
    return [listed(row) for row in rows(db, _OWN, {"person": person_id})]


def by_code(db: Session, code: str, number: str = "") -> Listed | None:
    """The document behind a code as somebody typed it; the number, if one is given, must be its own."""
    found = [listed(row) for row in rows(db, _BY_CODE, {"code": read_code(code)})]
    if not found:
        return None
    return found[0] if not number.strip() or digits(number) == digits(found[0].content.number) else None


def numbered(db: Session, *conditions: Any) -> Iterator[Listed]:
    """Those that fit, in the order of their numbers."""
    order = (IssuedDocument.series, IssuedDocument.year, IssuedDocument.number)
    yield from map(listed, rows(db, LISTED.where(*conditions).order_by(*order)))


def _require_few(db: Session, person_id: int) -> None:
    today = (IssuedDocument.issued_by == person_id, IssuedDocument.issued_at >= clock.start_of(clock.today()))
    own = select(func.count()).select_from(IssuedDocument).where(IssuedDocument.person_id == person_id, *today)
    if (db.scalar(own) or 0) >= MOST_A_DAY:
        said = text("These are %(most)s documents today already. The training office issues more", most=MOST_A_DAY)
        raise Refused(said, code="many")


def _same(db: Session, person_id: int, content: Content, purpose: str) -> IssuedDocument | None:
    """Issued today in the same words."""
    today = IssuedDocument.issued_at >= clock.start_of(clock.today())
    in_force = IssuedDocument.state == CertificateState.VALID
    of_them = select(IssuedDocument).where(IssuedDocument.person_id == person_id, today, in_force)
    wanted = content.to_json()
    for one in db.scalars(of_them.order_by(IssuedDocument.id)):
        if one.purpose == purpose and {**one.content, "number": "", "code": ""} == wanted:
            return one
    return None


def listed(row: Sequence[Any]) -> Listed:
    """A row of `LISTED`."""
    return Listed._make((*row[:-1], Content.from_json(row[-1])))


_Issuer = aliased(Person)
LISTED: Select[*tuple[Any, ...]] = (
    select(
        IssuedDocument.id, IssuedDocument.year, IssuedDocument.number, IssuedDocument.kind, IssuedDocument.code,
        IssuedDocument.state, IssuedDocument.purpose, func.coalesce(Person.employee_no, ""), IssuedDocument.person_id,
        IssuedDocument.issued_at, _Issuer.name, IssuedDocument.ended_at, IssuedDocument.reason, IssuedDocument.content,
    )
    .join(Person, Person.id == IssuedDocument.person_id)
    .join(_Issuer, _Issuer.id == IssuedDocument.issued_by)
)  # fmt: skip
_OWN = LISTED.where(IssuedDocument.person_id == bindparam("person", type_=KEY)).order_by(IssuedDocument.id.desc())
_BY_CODE = LISTED.where(IssuedDocument.code == bindparam("code"))
