"""Who comes before an equal in a selection: nobody can choose it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, candidates, draws
from courses.scheduling.models import Mode, Run
from courses.settings.models import Setting
from tests import factories


def published(db: Session) -> Run:
    run = factories.a_run(db, mode=Mode.SELECTION, starts_in=30)
    run.published_at = clock.now()
    draws.announce(db, None, run)
    db.commit()
    return run


def test_the_same_people_draw_other_lots_where_the_secret_is_another(db: Session) -> None:
    run, person = published(db), factories.a_person(db)
    actions.enrol(db, person.id, run.id, person.id)
    first = candidates.closed_list(db, run)
    assert candidates.closed_list(db, run) == first
    kept = db.get_one(Setting, "selection_lots")
    kept.value = {**kept.value, "secret": "another"}
    db.flush()
    assert candidates.closed_list(db, run) != first


def test_the_secret_is_drawn_once_and_long_enough(db: Session) -> None:
    published(db)
    secret = db.get_one(Setting, "selection_lots").value["secret"]
    published(db)
    assert db.get_one(Setting, "selection_lots").value["secret"] == secret
    assert len(secret) == 64


def test_what_was_published_before_keeps_its_order(db: Session) -> None:
    early = factories.a_run(db, mode=Mode.SELECTION, starts_in=40)
    early.published_at = clock.now() - timedelta(days=1)
    before = candidates.closed_list(db, early)
    published(db)
    assert candidates.closed_list(db, early) == before


def test_other_runs_need_no_secret(db: Session) -> None:
    draws.announce(db, None, factories.a_run(db))
    assert db.get(Setting, "selection_lots") is None
