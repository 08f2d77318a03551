"""What a run lacks of lessons: asked at the door, since planning knows nothing of what is learnt on screen."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.catalogue.models import Course, Kind
from courses.content import queries
from courses.content.readiness import missing
from courses.text import Text, text


def lacking_lessons(db: Session, course: Course) -> list[Text]:
    """What keeps a run of the course from being published. A cyber course may be taught elsewhere, without lessons."""
    if course.kind not in (Kind.CYBER, Kind.BLENDED):
        return []
    if course.kind is Kind.BLENDED and not queries.lessons(db, course.id):
        return [text("Write the lessons of the cyber part: the course has none yet")]
    return missing(db, course.id)
