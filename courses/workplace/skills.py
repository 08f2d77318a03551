"""The checklist of a workplace course: observable skills, a line each. What changes holds for runs published later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.errors import Refused, without_number
from courses.events.actions import record_change
from courses.text import clean, text
from courses.workplace.models import Skill

MOST = 40
"""Lines of a checklist."""
LONGEST = 200


def checklist_of(db: Session, course_id: int) -> list[Skill]:
    """The skills of a course as they stand now, in order."""
    standing = select(Skill).where(Skill.course_id == course_id, Skill.removed_at.is_(None))
    return list(db.scalars(standing.order_by(Skill.position, Skill.id)))


def set_checklist(db: Session, actor_id: int, course: Course, lines: Sequence[str]) -> list[Skill]:
    """Make these the skills of a course, in this order. A line that stood there stays the same skill.

    Where as many lines are new as are gone, each new one is other words for the old one that stood in its place.
    Raises `Refused` for another kind of course, for too many or too long lines, and for one twice.
    """
    titles = [title for line in lines if (title := clean(line))]
    _require_sound(course, titles)
    db.refresh(course, ["kind"], with_for_update={"key_share": True})
    before = checklist_of(db, course.id)
    known = {one.title: one for one in before}
    gone = [one for one in before if one.title not in titles]
    new = [title for title in titles if title not in known]
    follows = dict(zip(new, gone, strict=True)) if len(new) == len(gone) else {}
    now = clock.now()
    for one in gone:
        one.removed_at = now
    for position, title in enumerate(titles, 1):
        skill = known.get(title) or _added(course, title, follows.get(title))
        skill.position = position
        db.add(skill)
    db.flush()
    was = {"checklist": [one.title for one in before]}
    record_change(db, actor_id, "course", course.id, was, {"checklist": titles})
    return checklist_of(db, course.id)


def _require_sound(course: Course, titles: Sequence[str]) -> None:
    if course.kind is not Kind.WORKPLACE:
        raise Refused(text("Only workplace courses have a checklist"), code="kind")
    if len(titles) > MOST:
        raise Refused(text("At most %(n)s skills", n=MOST), code="many")
    for number, title in enumerate(titles, 1):
        without_number(title, text("Skills"))
        if len(title) > LONGEST:
            raise Refused(text("Line %(n)s is longer than %(most)s letters", n=number, most=LONGEST), code="long")
        if title in titles[: number - 1]:
            raise Refused(text("Line %(n)s stands there twice: %(title)s", n=number, title=title), code="twice")


def _added(course: Course, title: str, before: Skill | None) -> Skill:
    first_id = (before.first_id or before.id) if before else None
    return Skill(course_id=course.id, title=title, first_id=first_id, added_at=clock.now())
