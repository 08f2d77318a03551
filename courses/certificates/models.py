from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class CertificateState(enum.StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Way(enum.StrEnum):
    """How a certificate came to be issued."""

    CLOSING = "closing"
    RUN = "run"
    SELECTION = "selection"
    REQUEST = "request"
    REISSUE = "reissue"


class Cause(enum.StrEnum):
    """Why a number was issued again."""

    NAME = "name"
    UNIT = "unit"
    LOST = "lost"
    CORRECTION = "correction"


class DocumentKind(enum.StrEnum):
    """Documents beside the certificates: 수강확인서, 교육이수 내역서, 출강확인서."""

    ENROLMENT = "enrolment"
    TRANSCRIPT = "transcript"
    TEACHING = "teaching"


class SealKind(enum.StrEnum):
    """What happened to paper that carries the seal; `PRINTED`: the seal was printed on plain paper."""

    RECEIVED = "received"
    USED = "used"
    SPOILT = "spoilt"
    COUNTED = "counted"
    PRINTED = "printed"


class NumberSeries(Base):
    """The last number given out in a series and year. Locked while numbers are taken; a number is never used twice."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """One issued certificate. `facts` are what is printed, frozen; `facts_sha256` proves that they stay so.

    `ended_at`, `ended_by` and `reason` say when, by whom and why it was replaced by the next revision, or revoked.
    `way` says how it came to be issued, `cause` of a later revision why. `received_by` is who took it, in words.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("series", "year", "number", "revision"),
        Index(None, "run_id"),
        Index(None, "person_id"),
        Index(None, "enrolment_id"),
        Index(None, "year", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Key]
    series: Mapped[str] = mapped_column(String(20), default="main")
    year: Mapped[int]
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CertificateState] = mapped_column(choice(CertificateState), default=CertificateState.VALID)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    way: Mapped[Way] = mapped_column(choice(Way), default=Way.RUN)
    cause: Mapped[Cause | None] = mapped_column(choice(Cause))
    received_at: Mapped[datetime | None]
    received_by: Mapped[str] = mapped_column(String(100), default="")


class IssuedDocument(Base):
    """A confirmation or a transcript with a number of the same series. `content` is what is printed, frozen.

    `run_id`: of a confirmation of enrolment. `purpose` is what its owner wants it for.
    """

    __tablename__ = "issued_document"
    __table_args__ = (UniqueConstraint("series", "year", "number"), Index(None, "person_id", "id"))

    id: Mapped[Key]
    series: Mapped[str] = mapped_column(String(20), default="main")
    year: Mapped[int]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    state: Mapped[CertificateState] = mapped_column(choice(CertificateState), default=CertificateState.VALID)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")


class SealStock(Base):
    """One row: how many sheets of the paper that carries the seal are left."""

    __tablename__ = "seal_stock"
    __table_args__ = (CheckConstraint("sheets >= 0", name="not_below_nothing"),)

    id: Mapped[Key]
    sheets: Mapped[int] = mapped_column(default=0)


class SealEntry(Base):
    """A line of the log of the printed seal's use (관인인쇄용지 관리대장). None is ever changed.

    `count` is the number of sheets; of `COUNTED` the difference to what the log said, below 0 where sheets lacked.
    `remaining`: how many there were afterwards.
    """

    __tablename__ = "seal_entry"
    __table_args__ = (Index(None, "day", "id"),)

    id: Mapped[Key]
    day: Mapped[date]
    kind: Mapped[SealKind] = mapped_column(choice(SealKind))
    count: Mapped[int]
    remaining: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class SigningBatch(Base):
    """The files that one job signed. `root` stands for all of them (a Merkle root over their SHA-256, hexadecimal).

    `token` is the time stamp (RFC 3161, DER) of the root by `authority`, where one is asked; until then None.
    """

    __tablename__ = "signing_batch"

    id: Mapped[Key]
    signed_at: Mapped[datetime]
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(64))
    authority: Mapped[str] = mapped_column(String(300), default="")
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    stamped_at: Mapped[datetime | None]


class CertificateConstant(Base):
    """The first bytes of many files, kept once: what a template's version looks like for a run, in a language."""

    __tablename__ = "certificate_constant"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CertificateFile(Base):
    """A certificate as it was signed: the file is its constant, then `data` (compressed); `sha256` is the whole file's.

    The Open Badges credential (JSON) stands in `data` as it is, from `credential_at` on, once that is unpacked. `path`
    leads from the leaf at `position` of the batch up to its root: hashes in hexadecimal, the lowest first.
    """

    __tablename__ = "certificate_file"
    __table_args__ = (Index(None, "batch_id", "position"), Index(None, "constant_sha256"))

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True, autoincrement=False)
    constant_sha256: Mapped[str] = mapped_column(ForeignKey("certificate_constant.sha256"))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    credential_at: Mapped[int]
    credential_size: Mapped[int]
    batch_id: Mapped[int] = mapped_column(ForeignKey("signing_batch.id"))
    position: Mapped[int]
    path: Mapped[list[str]] = mapped_column(JSON)


class DocumentFile(Base):
    """A confirmation or a transcript as it was signed: the whole file (compressed), and its way to the batch's root."""

    __tablename__ = "document_file"
    __table_args__ = (Index(None, "batch_id", "position"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("issued_document.id"), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("signing_batch.id"))
    position: Mapped[int]
    path: Mapped[list[str]] = mapped_column(JSON)


class ShareLink(Base):
    """An address that shows a certificate's file to whoever has it, until `expires_at` or `ended_at`.

    Of its secret only the SHA-256 is kept.
    """

    __tablename__ = "share_link"
    __table_args__ = (Index(None, "certificate_id"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StatusList(Base):
    """Which certificates are no longer in force, for whoever has one of their credentials: what is published, signed.

    Of 131,072 certificates each, in the order of their ids.
    """

    __tablename__ = "status_list"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]


class CertificateTemplate(Base):
    """A version of one of the organisation's own templates; those of a `family` (the first one's id) follow each other.

    `data` is what `courses.certificates.design.Template` reads. Once `frozen_at` it was put into use, and nothing of it
    changes any more.
    """

    __tablename__ = "certificate_template"
    __table_args__ = (UniqueConstraint("family", "version"),)

    id: Mapped[Key]
    family: Mapped[int]
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(4))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime | None]


class TemplateChoice(Base):
    """Which template (its key) new certificates of a kind are issued under, for a course; `course_id` 0: for all.

    "" says that nothing is chosen (any more).
    """

    __tablename__ = "template_choice"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    course_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    template: Mapped[str] = mapped_column(String(60))
