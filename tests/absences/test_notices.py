"""Who is told of requests to be excused, and that nobody is told why somebody is away."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.attendance import excusing
from courses.attendance.models import Ground, ReturnReason
from courses.events.facts import AbsenceAsked, AbsenceDecided
from courses.notices import assessing
from courses.notices.models import NoticeKind
from courses.notices.words import lines
from courses.people.models import Person
from lms.letters import path_of
from tests.absences.conftest import Away
from tests.assessment.test_notices import happened


def ask(db: Session, away: Away) -> int:
    sessions = [away.sessions[2].id]
    return excusing.ask(db, away.ana.person_id, away.ana.id, sessions, Ground.OFFICIAL_LEAVE, "총무과-77").id


def test_officers_are_told_that_somebody_asks(db: Session, ana: Person, dan: Person, away: Away) -> None:
    ask(db, away)
    (note,) = assessing.of_requests(db, happened(db, AbsenceAsked))
    assert (note.kind, note.person_id, path_of(note)) == (NoticeKind.ABSENCE, dan.id, "/operations/absences")
    assert any(ana.name in str(line) for line in lines(note.kind, note.facts))
    assert "총무과-77" not in str(note.facts)
    assert "official" not in str(note.facts)


@pytest.mark.parametrize("reason", [None, *ReturnReason])
def test_the_person_is_told_what_was_decided(db: Session, dan: Person, away: Away, reason: ReturnReason | None) -> None:
    request = ask(db, away)
    if reason:
        excusing.return_to(db, dan.id, [request], reason)
    else:
        excusing.approve(db, dan.id, [request])
    (note,) = assessing.of_decisions(db, happened(db, AbsenceDecided))
    assert (note.kind, note.person_id) == (NoticeKind.ABSENCE_DECIDED, away.ana.person_id)
    assert path_of(note) == f"/enrolments/{away.ana.id}/absences"
    words = [str(line) for line in lines(note.kind, note.facts)]
    assert any(word.startswith("Returned:" if reason else "You are excused") for word in words)


def test_what_one_withdraws_one_knows(db: Session, away: Away) -> None:
    excusing.withdraw(db, away.ana.person_id, ask(db, away))
    assert assessing.of_decisions(db, happened(db, AbsenceDecided)) == []
