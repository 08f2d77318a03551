"""The organisation: name, issuer, seal, numbering."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import asdict, dataclass, fields

from PIL import Image
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.db import current
from courses.errors import Refused
from courses.events.actions import record_change
from courses.settings.models import Asset, Setting
from courses.text import text


@dataclass(frozen=True)
class Organisation:
    """Names in both languages, and what a certificate says and carries.

    `body_place` is the phrase of the certificate's sentence ("우리 시에서"), `number_pattern` a format of year and
    sequence, `seal` and `logo` hashes of an `Asset` or '', `language` what is spoken to whoever asks for none.
    `issue_on_demand`: whoever completed a course makes out the certificate without waiting for an officer.
    `target_hours` are the recognised hours everybody should reach in a year; 0: there is no target.

    Enrolment: `ranking_depth` is the level of the units that rank their applicants (1 bureau, 2 division, 3 team).
    After `escalate_after` working days without an answer the next head above may approve as well. Nominees are frozen
    `freeze_days` before the start, unused floors of quotas released `release_days` before it, officers asked about a
    run under its minimum `minimum_days` before it. `yearly_limit`: runs a person may take a year; 0: any number.
    `expired_offers_wait`: who lets an offer pass waits again, at the end of the queue; else they are withdrawn.
    A published score can be appealed within `appeal_days`.
    The satisfaction survey of a run can be answered for `survey_days`; `survey_gates_download`: who has not answered it
    yet does so before they take their certificate away.
    `second_person`: weighty steps (reopening a run, pinning other rules, revoking a certificate or document) are
    confirmed by somebody else.
    """

    name: str = "우리 기관"
    name_en: str = "Our organisation"
    site_name: str = "IT 교육"
    site_name_en: str = "IT training"
    issuer: str = "우리 기관장"
    body_place: str = "우리 기관에서"
    number_pattern: str = "제{year}-{sequence:06}호"
    seal: str = ""
    logo: str = ""
    language: str = "ko"
    issue_on_closing: bool = False
    issue_on_demand: bool = False
    target_hours: int = 0
    ranking_depth: int = 2
    escalate_after: int = 3
    freeze_days: int = 10
    release_days: int = 14
    minimum_days: int = 7
    yearly_limit: int = 0
    expired_offers_wait: bool = True
    appeal_days: int = 7
    survey_days: int = 14
    survey_gates_download: bool = False
    second_person: bool = False


def organisation(db: Session) -> Organisation:
    """The settings in force; defaults where nothing is set."""
    found = current(db, _SETTINGS, {"names": [field.name for field in fields(Organisation)]})
    return Organisation(**{row.name: row.value for row in found})


_SETTINGS = select(Setting.name, Setting.value).where(Setting.name.in_(bindparam("names", expanding=True)))


def change_organisation(db: Session, actor_id: int | None, new: Organisation) -> None:
    """Store every setting that differs, and the event that says so."""
    before, after = asdict(organisation(db)), asdict(new)
    for name in after:
        if before[name] != after[name]:
            db.merge(Setting(name=name, value=after[name]))
    record_change(db, actor_id, "organisation", 1, before, after)


def check_number_pattern(pattern: str) -> None:
    """`Refused` for a pattern that cannot be filled in, or that gives two certificates the same number."""
    fields = _FIELD.findall(pattern)
    if re.search("[{}]", _FIELD.sub("", pattern)):
        raise Refused(text("Use {year} and {sequence:06} in the number"))
    if set(fields) != {"year", "sequence"}:
        raise Refused(text("Without {year} and {sequence} two certificates have the same number"))


_FIELD = re.compile(r"\{(year|sequence)(?::0[1-9])?\}")
"""Nothing else of Python's format: it cuts numbers off, or fills them up to millions of digits."""


def check_picture(data: bytes) -> None:
    """`Refused` for what is no whole PNG picture, or one of more than 400 KB or 2,000 pixels a side."""
    if len(data) > _LARGEST:
        raise Refused(text("The picture is larger than 400 KB. Make it smaller"))
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > _LONGEST:
                raise Refused(text("The picture is longer than 2,000 pixels. Make it smaller"))
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(text("This is not a PNG picture. Save it as PNG")) from error


def measured(data: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


_LARGEST, _LONGEST = 400 * 1024, 2000
"""Bytes, and pixels a side: a few bytes may stand for a picture that fills all memory when it is drawn."""


def store_asset(db: Session, data: bytes, media_type: str) -> str:
    """Keep a picture; returns its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    db.merge(Asset(sha256=sha256, media_type=media_type, data=data))
    return sha256


def asset(db: Session, sha256: str) -> bytes | None:
    """The bytes under a hash, or None."""
    return db.scalar(select(Asset.data).where(Asset.sha256 == sha256)) if sha256 else None
