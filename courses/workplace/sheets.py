"""The checklist of one person in one run, as it is shown to be signed and confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from courses.scheduling.models import RunState


@dataclass(frozen=True)
class Sheet:
    """`skills`: rows with skill_id, skill (in words), signed_at, confirmed_at, coach; `open`: the run is not closed."""

    enrolment_id: int
    run_id: int
    title: str
    number: int
    person_id: int
    name: str
    open: bool
    skills: Sequence[Row[Any]]

    @property
    def done(self) -> int:
        """How many are signed and confirmed."""
        return sum(one.confirmed_at is not None for one in self.skills)


def sheets(rows: Iterable[Row[Any]]) -> list[Sheet]:
    """The rows of `signing.own`, `to_sign` and `of_run`, which come person by person."""
    return [_sheet(list(lines)) for _, lines in groupby(rows, key=lambda row: row.enrolment_id)]


def _sheet(skills: list[Row[Any]]) -> Sheet:
    first = skills[0]
    about = (first.enrolment_id, first.run_id, first.title, first.number, first.person_id, first.name)
    return Sheet(*about, first.state is RunState.PUBLISHED, skills)
