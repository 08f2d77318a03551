"""Templates as data: which one is in use, and the version behind what was issued.

The built-in ones stand in `wording`; an organisation's own are rows, whose versions never change once they were put
into use (`designing`). So what was issued under a key is drawn from the same template for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.certificates.design import Side, Template
from courses.certificates.facts import Facts, Kind
from courses.certificates.models import CertificateTemplate, TemplateChoice
from courses.certificates.wording import BUILT_IN, PLAIN
from courses.db import rows
from courses.settings.organisation import asset

__all__ = [
    "BUILT_IN",
    "PLAIN",
    "Side",
    "Template",
    "all_in_use",
    "in_use",
    "key_of",
    "pictures",
    "template",
    "templates",
]


def template(db: Session, key: str) -> Template:
    """The version behind `Facts.template`. ValueError for a key that nobody knows."""
    if key in BUILT_IN:
        return BUILT_IN[key]
    row = None
    if number := number_of(key):
        row = rows(db, _VERSION, {"family": number[0], "version": number[1]}).one_or_none()
    if row is None:
        raise ValueError(f"unknown template {key!r}")
    return Template.from_json(key, row.kind, row.language, row.data)


def templates(db: Session, keys: Iterable[str]) -> dict[str, Template]:
    """The versions behind several keys."""
    return {key: template(db, key) for key in dict.fromkeys(keys)}


def pictures(db: Session, facts: Iterable[Facts], known: Iterable[Template]) -> dict[str, bytes]:
    """The seals that facts name and the logos of their templates, by their SHA-256."""
    wanted = {one.seal for one in facts} | {one.logo for one in known}
    return {digest: picture for digest in sorted(wanted) if (picture := asset(db, digest))}


def in_use(db: Session, kind: Kind, course_id: int = 0) -> Template:
    """What new certificates of a kind are issued under: the course's own choice, else the one for all courses."""
    chosen = rows(db, _CHOSEN, {"kind": kind, "courses": [course_id, 0]}).scalars().first()
    return template(db, chosen) if chosen else PLAIN


def all_in_use(db: Session, course_ids: Sequence[int]) -> Callable[[Kind, int], Template]:
    """`in_use` of a kind and one of these courses, with one statement for all of them, and one for each version."""
    found = rows(db, _ALL_CHOSEN, {"courses": [*course_ids, 0]})
    keys = {(row.kind, row.course_id): row.template for row in found}
    version = cache(lambda key: template(db, key))

    def used(kind: Kind, course_id: int) -> Template:
        key = keys.get((kind, course_id)) or keys.get((kind, 0))
        return version(key) if key else PLAIN

    return used


def key_of(family: int, version: int) -> str:
    """The key of a row's version: t12-3."""
    return f"t{family}-{version}"


def number_of(key: str) -> tuple[int, int] | None:
    """The row's version that has just this key; None for what is no such key."""
    found = _KEY.fullmatch(key)
    return (int(found[1]), int(found[2])) if found else None


_KEY = re.compile("t([1-9][0-9]{0,17})-([1-9][0-9]{0,8})")

# Built once: that costs more than running them.

_VERSION = select(CertificateTemplate.kind, CertificateTemplate.language, CertificateTemplate.data).where(
    CertificateTemplate.family == bindparam("family"), CertificateTemplate.version == bindparam("version")
)
_CHOSEN = (
    select(TemplateChoice.template)
    .where(TemplateChoice.kind == bindparam("kind"), TemplateChoice.course_id.in_(bindparam("courses", expanding=True)))
    .where(TemplateChoice.template != "")
    .order_by(TemplateChoice.course_id.desc())
)
_ALL_CHOSEN = select(TemplateChoice.kind, TemplateChoice.course_id, TemplateChoice.template).where(
    TemplateChoice.course_id.in_(bindparam("courses", expanding=True)), TemplateChoice.template != ""
)
