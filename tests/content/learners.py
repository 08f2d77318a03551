"""A learner in a cyber run with a film of two minutes, and what a player would say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import lms.demo
from courses.content.models import Lesson, LessonProgress
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.files import Files
from tests.client import Browser
from tests.content.scenes import a_cyber_course, a_lesson, with_file

FILM = (Path(lms.demo.__file__).parent / "data" / "lesson.webm").read_bytes()
SECONDS = 120


@dataclass
class Learner:
    """Somebody enrolled in a run whose course has one film."""

    person: Person
    run: Run
    enrolment: Enrolment
    lesson: Lesson

    @property
    def address(self) -> str:
        """The page of the film."""
        return f"/enrolments/{self.enrolment.id}/lessons/{self.lesson.id}"

    def row(self, db: Session) -> LessonProgress:
        """What the server knows."""
        return db.get_one(LessonProgress, (self.enrolment.id, self.lesson.id))


def a_learner(db: Session, person: Person, files: Files, *, seekable: bool = False) -> Learner:
    """A film of two minutes in a run that is on."""
    cyber = a_cyber_course(db, person)
    lesson = a_lesson(db, cyber.course, "video", "피싱 메일", seekable=seekable)
    with_file(db, lesson, files, FILM, "video/webm", "lesson.webm")
    lesson.seconds = SECONDS
    db.commit()
    enrolment = db.scalars(select(Enrolment).where(Enrolment.run_id == cyber.run.id)).one()
    return Learner(person, cyber.run, enrolment, lesson)


@dataclass
class Player:
    """A player without pictures: it speaks to the real endpoints."""

    client: Browser
    learner: Learner
    token: str = ""

    def play(self, status: int = 200) -> dict[str, Any]:
        """Begin here."""
        answer: dict[str, Any] = self.client.post(f"{self.learner.address}/playing", status, json={}).json
        self.token = answer.get("token", "")
        return answer

    def report(self, *parts: list[int], at: int | None = None, status: int = 200) -> dict[str, Any]:
        """Say what was played."""
        said = {"token": self.token, "parts": list(parts), "at": parts[-1][1] if at is None else at}
        answer: dict[str, Any] = self.client.post(f"{self.learner.address}/reports", status, json=said).json
        return answer
