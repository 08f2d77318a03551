"""The order of grades, and what they are called in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record_change
from courses.people.models import Person, Posting
from courses.settings.models import Setting
from courses.text import clean, text

LONGEST = 60
"""Characters of a grade in English."""
_SETTING = "grades_en"


def rank(grade: str) -> tuple[int, str]:
    """Sorts 1급 before 9급, and those without a number after them."""
    number = re.search("[0-9]{1,9}", grade)
    return int(number[0]) if number else 1000, grade


def in_english(db: Session) -> dict[str, str]:
    """What grades are called in English, as far as somebody said so."""
    kept: dict[str, str] = db.scalar(select(Setting.value).where(Setting.name == _SETTING)) or {}
    return kept


def in_use(db: Session) -> dict[str, int]:
    """The grades of those who serve today, the highest first, and how many have each."""
    serving = select(Posting.grade, func.count(Posting.person_id.distinct())).join(Person)
    today = clock.today()
    of_today = serving.where(Posting.on(today), Person.active_on(today), Posting.grade != "").group_by(Posting.grade)
    return dict(sorted(((grade, many) for grade, many in db.execute(of_today)), key=lambda one: rank(one[0])))


def call(db: Session, actor_id: int | None, names: Mapping[str, str]) -> None:
    """Call these grades so from now on; "" for none. Others keep theirs. Raises `Refused` for one that is too long."""
    before = in_english(db)
    said = {grade: clean(name) for grade, name in names.items()}
    for grade, name in said.items():
        if len(name) > LONGEST:
            too_long = text("%(grade)s: at most %(most)s characters in English", grade=grade, most=LONGEST)
            raise Refused(too_long, code="long")
    after = {grade: name for grade, name in (before | said).items() if name}
    db.merge(Setting(name=_SETTING, value=dict(sorted(after.items()))))
    every = before | after
    record_change(db, actor_id, "grades", 1, *({one: names.get(one, "") for one in every} for names in (before, after)))
