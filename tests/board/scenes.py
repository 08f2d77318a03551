"""A run with its people: Cleo teaches it, Ana has a place in it, Dan looks after it, Eve has nothing to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from courses.board import posting
from courses.board.models import Post, PostKind
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories


@dataclass
class Here:
    """The run, and who is who."""

    db: Session
    run: Run
    ana: Person
    cleo: Person

    def asked(self, title: str = "실습 파일은 어디에 있나요?") -> Post:
        """Ana's question."""
        made = posting.post(self.db, self.ana.id, self.run, PostKind.QUESTION, title, "교재 **3장**입니다.")
        self.db.commit()
        return made

    def told(self, title: str = "노트북을 가져오세요") -> Post:
        """Cleo's notice."""
        made = posting.post(self.db, self.cleo.id, self.run, PostKind.NOTICE, title, "충전기도요.")
        self.db.commit()
        return made


def a_board(db: Session, ana: Person, cleo: Person) -> Here:
    """The usual one."""
    run = factories.a_run(db, instructors=[cleo])
    factories.an_enrolment(db, run, ana)
    return Here(db, run, ana, cleo)
