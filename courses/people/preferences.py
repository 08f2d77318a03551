"""What a person chose: language, theme, which mails to get, and the secret address of the own calendar."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.people.models import Person, Preference
from courses.text import text

LANGUAGES = ("ko", "en")
THEMES = ("", "light", "dark")
_KEY_BYTES = 24


@dataclass(frozen=True, slots=True)
class Chosen:
    """`theme` '' follows the device. `no_mail`: names of `notices.words.Group` that come to the inbox alone."""

    language: str = "ko"
    theme: str = ""
    no_mail: frozenset[str] = frozenset()
    calendar_key: str | None = None


def preference(db: Session, person_id: int) -> Chosen:
    """What the person chose, or what holds for everybody who chose nothing."""
    return preferences(db, [person_id])[person_id]


def preferences(db: Session, person_ids: Collection[int]) -> dict[int, Chosen]:
    """The same for many, in one statement."""
    rows = db.execute(
        select(Person.id, Person.language, Preference.theme, Preference.no_mail, Preference.calendar_key)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(Person.id.in_(person_ids))
    )
    return {row[0]: Chosen(row[1], row[2] or "", frozenset(row[3] or ()), row[4]) for row in rows}


def prefer(
    db: Session,
    actor_id: int | None,
    person_id: int,
    *,
    language: str | None = None,
    theme: str | None = None,
    no_mail: Collection[str] | None = None,
) -> None:
    """Change what is given, and leave the rest. Raises `Refused` for a language or theme there is none of."""
    if language not in (None, *LANGUAGES) or theme not in (None, *THEMES):
        raise Refused(text("There is no such language or theme"), code="preference")
    before = preference(db, person_id)
    groups = None if no_mail is None else sorted(no_mail)
    wanted: dict[str, Any] = {"language": language, "theme": theme, "no_mail": groups}
    was = {"language": before.language, "theme": before.theme, "no_mail": sorted(before.no_mail)}
    new = {name: value for name, value in wanted.items() if value is not None and value != was[name]}
    if not new:
        return
    for name, value in new.items():
        setattr(db.get_one(Person, person_id) if name == "language" else _row(db, person_id), name, value)
    db.flush()
    record_change(db, actor_id, "preference", person_id, was, was | new, person_id=person_id)


def renew_calendar(db: Session, actor_id: int | None, person_id: int) -> str:
    """A new secret for the address of the person's calendar; the one before leads nowhere from now on."""
    row = _row(db, person_id)
    had, row.calendar_key = row.calendar_key is not None, secrets.token_urlsafe(_KEY_BYTES)
    db.flush()
    record(db, actor_id, Changed("calendar", person_id, {"address": had}, {"address": True}, person_id=person_id))
    return row.calendar_key


def remove_calendar(db: Session, actor_id: int | None, person_id: int) -> None:
    """Take the address of the person's calendar away."""
    row = _row(db, person_id)
    if row.calendar_key is None:
        return
    row.calendar_key = None
    db.flush()
    record(db, actor_id, Changed("calendar", person_id, {"address": True}, {"address": False}, person_id=person_id))


def _row(db: Session, person_id: int) -> Preference:
    row = db.get(Preference, person_id)
    if row is None:
        row = Preference(person_id=person_id)
        db.add(row)
        db.flush()
    return row
