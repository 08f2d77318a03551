"""What a device is told of others who mark the same sheet: who, what, when, and whose mark stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attendance.actions import Saved
from courses.attendance.merging import Foreign
from courses.attendance.queries import SheetMark
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from lms.i18n import _
from lms.web.attendance.words import in_words
from lms.web.formats import clock


@dataclass(frozen=True)
class News:
    """Sentences for the person, and what stands beside a row from now on, by enrolment id."""

    sentences: list[str]
    notes: dict[int, str]


def of(db: Session, saved: Saved) -> News:
    """What others did meanwhile."""
    concerned = {change.enrolment_id for change in saved.foreign} | set(saved.gone)
    names = _names(db, concerned) if concerned else {}
    told = [_sentence(change, names[change.enrolment_id]) for change in saved.foreign]
    left = [names[key] for key in saved.gone if key in names]
    if left:
        told.append(_("No longer enrolled, not saved: %(names)s", names=", ".join(left)))
    notes = {
        change.enrolment_id: " ".join([change.by, clock(change.at), in_words(change.mark)])
        for change in saved.foreign
        if change.by and change.at
    }
    return News(told, notes)


def answer(saved: Saved, told: News) -> dict[str, object]:
    """The same for the script, marks in words by enrolment id. `overruled`: marks of others that yours replaced."""
    standing = {str(change.enrolment_id): str(change.mark) for change in saved.foreign if change.stands}
    return {
        "at": saved.at.isoformat(),
        "marks": {str(key): str(mark) for key, mark in saved.marks.items()},
        "foreign": standing,
        "overruled": {str(change.enrolment_id): str(change.mark) for change in saved.foreign if not change.stands},
        "notes": {str(key): note for key, note in told.notes.items()},
        "gone": saved.gone,
        "told": told.sentences,
    }


def standing(marks: Sequence[SheetMark], reader_id: int) -> dict[str, object]:
    """The sheet as it stands, in words by enrolment id, with who set what the reader did not set."""
    return {
        "marks": {str(one.enrolment_id): str(one.mark) for one in marks},
        "notes": {
            str(one.enrolment_id): " ".join([one.by, clock(one.at), in_words(one.mark)])
            for one in marks
            if one.by and one.at and one.by_id != reader_id
        },
    }


def _sentence(change: Foreign, name: str) -> str:
    mark = in_words(change.mark)
    if not (change.by and change.at):
        return _("%(name)s: meanwhile set to “%(mark)s”", name=name, mark=mark)
    said = {"name": name, "by": change.by, "mark": mark, "time": clock(change.at)}
    if change.stands:
        return _("%(name)s: %(by)s set “%(mark)s” at %(time)s", **said)
    return _("%(name)s: %(by)s had set “%(mark)s” at %(time)s; your mark stands now", **said)


def _names(db: Session, enrolment_ids: set[int]) -> dict[int, str]:
    named = select(Enrolment.id, Person.name).join(Person, Person.id == Enrolment.person_id)
    found = db.execute(named.where(Enrolment.id.in_(enrolment_ids)))
    return {row.id: row.name for row in found}
