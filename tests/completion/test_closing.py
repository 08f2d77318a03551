"""Closing a run: the verdicts through the real tables, everything that is refused, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.actions import close
from courses.completion.models import ImportedResult, Judgement
from courses.completion.queries import preview
from courses.enrolment.models import Outcome, Status
from courses.errors import Conflict, Refused
from courses.events.models import Event
from courses.people.models import Person, Posting
from courses.scheduling.models import ClassSession, Run, RunState
from tests import factories
from tests.completion.scenes import a_past_run, mark, score


# 350 minutes by the clock credit 420; 80 % are 336, which is 280 by the clock: 70 may be missed.
@pytest.mark.parametrize(
    ("name", "missed", "outcome"),
    [
        ("present", 0, Outcome.COMPLETED),
        ("late", 70, Outcome.COMPLETED),
        ("late", 71, Outcome.NOT_COMPLETED),
        ("excused", 0, Outcome.NOT_COMPLETED),
        ("absent", 0, Outcome.NOT_REGISTERED),
    ],
)
def test_marks_decide_at_the_minute(
    db: Session, ana: Person, dan: Person, name: str, missed: int, outcome: Outcome
) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan, name, missed)
    close(db, dan.id, run)
    assert enrolment.outcome is outcome


@pytest.mark.parametrize(("points", "outcome"), [(6000, Outcome.COMPLETED), (5999, Outcome.NOT_COMPLETED)])
def test_scores_decide_at_the_hundredth(db: Session, ana: Person, dan: Person, points: int, outcome: Outcome) -> None:
    run = a_past_run(db, scored=True)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan)
    score(db, run, dan, {enrolment: points})
    close(db, dan.id, run)
    assert enrolment.outcome is outcome


@pytest.mark.parametrize(("progress", "outcome"), [(9000, Outcome.COMPLETED), (8999, Outcome.NOT_COMPLETED)])
def test_imported_progress_decides_a_cyber_run(
    db: Session, ana: Person, dan: Person, progress: int, outcome: Outcome
) -> None:
    run = a_past_run(db, kind="cyber", scored=True)
    enrolment = factories.an_enrolment(db, run, ana)
    db.add(ImportedResult(enrolment_id=enrolment.id, progress=progress, score=6000, source="evidence.csv"))
    db.commit()
    close(db, dan.id, run)
    assert enrolment.outcome is outcome


def test_what_was_imported_is_never_mixed_with_marks(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan, "present")
    db.add(ImportedResult(enrolment_id=enrolment.id, attended=10, scheduled=420, source="evidence.csv"))
    db.commit()
    assert preview(db, run).people[0].facts.sessions == ()
    close(db, dan.id, run)
    assert enrolment.outcome is Outcome.NOT_COMPLETED


def test_everything_is_kept_and_nobody_waits_any_more(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_past_run(db, seats=1)
    enrolment = factories.an_enrolment(db, run, ana)
    waiting = factories.an_enrolment(db, run, eve, status="waitlisted")
    mark(db, enrolment, dan)
    close(db, dan.id, run, seen=preview(db, run).fingerprint)
    kept = db.get_one(Judgement, enrolment.id)
    assert (kept.outcome, kept.policy) == (Outcome.COMPLETED, "plain 1")
    assert kept.facts["sessions"] == [{"scheduled": 420, "attended": 420, "mark": "present"}]
    assert [reason["rule"] for reason in kept.reasons] == ["attendance"]
    assert (run.state, waiting.status) == (RunState.CLOSED, Status.NOT_SELECTED)
    kinds = db.scalars(select(Event.kind).where(Event.run_id == run.id).order_by(Event.id)).all()
    assert kinds == ["settled", "moved", "run_closed"]
    closed = db.scalars(select(Event).where(Event.kind == "run_closed", Event.run_id == run.id)).one()
    assert (closed.actor_id, closed.data) == (dan.id, {"policy": "plain 1", "completed": 1, "not_completed": 0})


def test_unit_and_grade_are_those_of_the_last_day(db: Session, dan: Person) -> None:
    before, after = factories.a_unit(db, "총무과"), factories.a_unit(db, "재무과")
    person = factories.a_person(db, unit=before, grade="7급")
    run = a_past_run(db)
    first = db.scalars(select(Posting).where(Posting.person_id == person.id)).one()
    first.until_on = run.ends_on
    moved = run.ends_on + timedelta(days=1)
    db.add(Posting(person_id=person.id, unit_id=after.id, from_on=moved, grade="6급", service="일반직"))
    enrolment = factories.an_enrolment(db, run, person)
    mark(db, enrolment, dan)
    close(db, dan.id, run)
    db.refresh(enrolment)
    assert (enrolment.unit_id, enrolment.grade, enrolment.service) == (before.id, "7급", "일반직")
    assert preview(db, run).people[0].member.unit == before.path


def test_an_external_person_is_settled_without_a_unit(db: Session, dan: Person) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, factories.a_person(db, external=True, institution="한빛대학교"))
    mark(db, enrolment, dan)
    close(db, dan.id, run)
    assert (enrolment.outcome, enrolment.unit_id) == (Outcome.COMPLETED, None)


def test_whoever_was_expelled_stays_so(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana, outcome=Outcome.EXPELLED)
    mark(db, enrolment, dan)
    close(db, dan.id, run)
    assert enrolment.outcome is Outcome.EXPELLED
    assert [one.outcome for one in preview(db, run).people] == ["expelled"]


def refused(db: Session, actor: Person, run: Run, **how: object) -> Refused:
    with pytest.raises(Refused) as caught:
        close(db, actor.id, run, **how)
    assert caught.value.way_out
    assert (caught.value.way_out.kind, caught.value.way_out.id) == ("closing", run.id)
    db.rollback()
    return caught.value


def test_what_is_missing_is_named_and_nothing_changes(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_past_run(db, scored=True)
    unmarked, unscored = (factories.an_enrolment(db, run, person) for person in (ana, eve))
    mark(db, unscored, dan)
    missing = preview(db, run).missing
    assert [(entry.where, entry.names) for entry in missing] == [
        ("session", (ana.name,)),
        ("scores", (ana.name, eve.name)),
    ]
    assert ana.name in str(refused(db, dan, run).message)
    assert (run.state, unmarked.outcome, unscored.outcome) == (RunState.PUBLISHED, None, None)


def test_an_officer_may_say_that_missing_counts_as_not_attained(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    close(db, dan.id, run, anyway=True)
    kept = db.get_one(Judgement, enrolment.id)
    assert kept.outcome is enrolment.outcome is Outcome.NOT_COMPLETED
    assert [reason["passed"] for reason in kept.reasons] == [None]


def test_verdicts_that_changed_since_they_were_seen_are_not_closed(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    seen = preview(db, run).fingerprint
    mark(db, enrolment, dan)
    assert isinstance(refused(db, dan, run, seen=seen), Conflict)
    assert enrolment.outcome is None


@pytest.mark.parametrize("state", ["draft", "cancelled", "closed"])
def test_only_a_published_run_is_closed(db: Session, dan: Person, state: str) -> None:
    run = a_past_run(db, state=state)
    refused(db, dan, run)
    assert run.state == state


def test_a_run_is_over_when_its_last_session_has_ended(db: Session, ana: Person, dan: Person) -> None:
    run = factories.a_run(db, starts_in=0, state="published")
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan)
    ends_at = db.scalars(select(ClassSession.ends_at).where(ClassSession.run_id == run.id)).one()
    with clock.frozen(ends_at - timedelta(minutes=1)):
        refused(db, dan, run, anyway=True)
    with clock.frozen(ends_at):
        close(db, dan.id, run)
    assert run.state is RunState.CLOSED


def test_a_run_without_sessions_is_over_when_its_last_day_has_passed(db: Session, dan: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, kind="cyber"), starts_in=0)
    refused(db, dan, run)
    with clock.frozen(clock.end_of(run.ends_on)):
        close(db, dan.id, run)
    assert run.state is RunState.CLOSED


def test_the_pinned_rules_hold(db: Session, dan: Person) -> None:
    run = a_past_run(db, policy="gone 3")
    with pytest.raises(Refused, match="gone"):
        close(db, dan.id, run)


def test_a_run_without_pinned_rules_takes_those_of_its_first_day(db: Session, dan: Person) -> None:
    run = a_past_run(db, policy=None)
    assert close(db, dan.id, run).policy == "plain 1"


@pytest.mark.parametrize("act", [preview, lambda db, run: close(db, None, run)])
def test_twenty_people_cost_as_many_statements_as_one(
    db: Session, dan: Person, act: Callable[[Session, Run], object]
) -> None:
    def statements(people: int) -> int:
        run = a_past_run(db, scored=True, seats=None)
        enrolments = [factories.an_enrolment(db, run, factories.a_person(db)) for _ in range(people)]
        for _ in range(people):
            factories.an_enrolment(db, run, factories.a_person(db), status="waitlisted")
        for enrolment in enrolments:
            mark(db, enrolment, dan)
        score(db, run, dan, dict.fromkeys(enrolments, 7000))
        db.expire_all()
        seen: list[str] = []
        engine = db.get_bind()
        count = lambda *args: seen.append(args[2])  # noqa: E731  # listened to and forgotten
        event.listen(engine, "before_cursor_execute", count)
        act(db, run)
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    assert statements(1) == statements(20)


def test_official_order_then_name_and_strangers_last(db: Session, dan: Person) -> None:
    run = a_past_run(db)
    first, second = factories.a_unit(db, "가장먼저과"), factories.a_unit(db, "가나중과")
    stranger = factories.a_person(db, "가가", external=True)
    names = [("하늘", first), ("나래", first), ("가람", second)]
    for name, unit in names:
        factories.an_enrolment(db, run, factories.a_person(db, name, unit=unit))
    factories.an_enrolment(db, run, stranger)
    assert [one.member.name for one in preview(db, run).people] == ["나래", "하늘", "가람", "가가"]
