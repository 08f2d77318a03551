"""What people type freely is kept nowhere with a resident registration number in it; the field is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment import appeals, publishing
from courses.assessment.actions import ensure_components, score
from courses.board import posting
from courses.board.models import PostKind
from courses.enrolment.actions import enrol, withdraw
from courses.enrolment.cancellation import cancel_run
from courses.errors import Refused
from courses.files.actions import SentFile, stored
from courses.hours import outside
from courses.hours.outside import Wanted
from courses.letters.actions import Words, write
from courses.letters.models import LetterKind
from courses.notices import actions as notices
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.surveys import answering
from courses.text import text
from courses.workplace.skills import set_checklist
from tests import factories
from tests.surveys.scenes import a_run_that_is_over

SAID = "제 번호는 900101-1234567 입니다"


def _appeal(db: Session, ana: Person, run: Run) -> None:
    place = factories.an_enrolment(db, run, ana)
    (part,) = ensure_components(db, ana.id, run.id)
    score(db, ana.id, run.id, part.id, {place.id: 5900})
    publishing.publish(db, ana.id, run.id, part.id)
    appeals.appeal(db, ana.id, place.id, part.id, SAID)


def _survey(db: Session, *_: Any) -> None:
    here = a_run_that_is_over(db)
    answering.answer(db, here.places[0], replace(here.says(), comment=SAID))


def _outside(db: Session, ana: Person, _: Run) -> None:
    stored(db, "a" * 64, 6, "application/pdf")
    today = clock.today()
    outside.report(db, ana.id, Wanted("seminar", "학술대회", SAID, today, today, 60), SentFile("a" * 64, "이수증.pdf"))


def _withdrawal(db: Session, ana: Person, run: Run) -> None:
    withdraw(db, None, factories.an_enrolment(db, run, ana).id, reason=SAID)


def _message(db: Session, ana: Person, run: Run) -> None:
    factories.an_enrolment(db, run, ana)
    notices.write(db, ana.id, run, "준비물", SAID)


def _letter(db: Session, ana: Person, run: Run) -> None:
    write(db, ana.id, run, LetterKind.SELECTION, None, "선정 통보", SAID, Words("ko", "", "", [], []))


def _checklist(db: Session, ana: Person, _: Run) -> None:
    set_checklist(db, ana.id, factories.a_course(db, kind="workplace"), ["문서를 연다", SAID])


Typed = Callable[[Session, Person, Run], object]
TYPED: dict[str, tuple[str, Typed]] = {
    "appeal": ("What you object to", _appeal),
    "survey": ("Free text", _survey),
    "outside": ("Who offered it", _outside),
    "withdrawal": ("Reason", _withdrawal),
    "message": ("Text", _message),
    "letter": ("Text", _letter),
    "checklist": ("Skills", _checklist),
    "title": ("Subject line", lambda db, ana, run: posting.post(db, ana.id, run, PostKind.QUESTION, SAID, "질문")),
    "post": ("What you write", lambda db, ana, run: posting.post(db, ana.id, run, PostKind.QUESTION, "질문", SAID)),
    "application": ("Motive", lambda db, ana, run: enrol(db, ana.id, run.id, ana.id, motive=SAID)),
    "cancellation": ("Reason", lambda db, ana, run: cancel_run(db, ana.id, run, SAID)),
}


@pytest.mark.parametrize("typed", TYPED)
def test_it_is_refused_and_the_field_is_named(db: Session, ana: Person, typed: str) -> None:
    field, act = TYPED[typed]
    run = factories.a_run(db, factories.a_course(db, scored=True))
    with pytest.raises(Refused) as refused:
        act(db, ana, run)
    assert refused.value.code == "resident_number"
    assert refused.value.message.params["field"] == text(field)
