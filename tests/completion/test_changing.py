"""What changes after a run was published or closed: other rules, reopening, and trying other thresholds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Kind
from courses.certificates.actions import issue
from courses.certificates.queries import valid_of_run
from courses.completion import pinning, reopening
from courses.completion.actions import close
from courses.completion.models import FormerJudgement, Judgement
from courses.completion.policy import pack
from courses.completion.queries import preview
from courses.completion.whatif import Thresholds, Which, what_if
from courses.confirming.models import State
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Conflict, Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.reporting import summing
from courses.scheduling.models import Run, RunState
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run, mark, score

NEW = "kr-local-2008 1"


def an_attended_run(db: Session, dan: Person, ana: Person, eve: Person, **fields: object) -> dict[str, Enrolment]:
    """Ana attended 80 %, Eve all of it."""
    run = a_past_run(db, **fields)
    enrolments = {"ana": factories.an_enrolment(db, run, ana), "eve": factories.an_enrolment(db, run, eve)}
    mark(db, enrolments["ana"], dan, "late", 70)
    mark(db, enrolments["eve"], dan)
    return enrolments


def run_of(db: Session, enrolments: dict[str, Enrolment]) -> Run:
    return db.get_one(Run, enrolments["ana"].run_id)


# Other rules


def test_other_rules_show_who_flips_before_they_are_pinned(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    flips = pinning.turned(db, run, pack("kr-local-2008", 1))
    assert [(one.member.name, one.before, one.after) for one in flips.people] == [
        (ana.name, "completed", "not_completed")
    ]
    assert (flips.before["completed"], flips.after["completed"]) == (2, 1)
    done = pinning.pin(db, dan.id, run, NEW, "새 기준", seen=pinning.fingerprint(flips))
    assert (done.state, run.policy) == (State.CONFIRMED, NEW)
    (fact,) = db.scalars(select(Event).where(Event.kind == "policy_pinned"))
    assert (fact.run_id, fact.data) == (run.id, {"before": "plain 1", "after": NEW, "reason": "새 기준"})
    assert [one.outcome for one in preview(db, run).people] == ["not_completed", "completed"]


@pytest.mark.parametrize(("pin", "why"), [("plain 1", "already"), ("gone 1", "no such"), ("", "no such")])
def test_rules_that_are_not_there_or_hold_already(db: Session, dan: Person, pin: str, why: str) -> None:
    run = a_past_run(db, policy="plain 1")
    with pytest.raises(Refused, match=why):
        pinning.pin(db, dan.id, run, pin, "사유")


def test_who_flips_must_be_those_that_were_seen(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    with pytest.raises(Conflict):
        pinning.pin(db, dan.id, run, NEW, "사유", seen="others")


def test_a_run_is_not_closed_by_other_rules_than_were_looked_at(db: Session, ana: Person, dan: Person) -> None:
    """Also where nobody's verdict differs: the certificate's words, and what an auditor reads, do."""
    run = a_past_run(db)
    mark(db, factories.an_enrolment(db, run, ana), dan)
    seen = preview(db, run).fingerprint
    pinning.pin(db, dan.id, run, NEW, "새 기준")
    with pytest.raises(Conflict):
        close(db, dan.id, run, seen=seen)
    close(db, dan.id, run, seen=preview(db, run).fingerprint)


@pytest.mark.parametrize("state", ["draft", "closed", "cancelled"])
def test_only_a_published_run_gets_other_rules(db: Session, dan: Person, state: str) -> None:
    run = a_past_run(db, state=state)
    with pytest.raises(Refused):
        pinning.pin(db, dan.id, run, NEW, "사유")


def test_the_page_of_other_rules(client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    page = client.sign_in(dan).get(f"/runs/{run.id}/policy?pin={NEW}").text
    assert ana.name in page
    assert eve.name not in page
    client.post(f"/runs/{run.id}/policy", 422, data={"pin": NEW, "reason": ""})
    client.post(f"/runs/{run.id}/policy", data={"pin": NEW, "reason": "새 기준"})
    assert db.get_one(Run, run.id).policy == NEW
    client.get(f"/runs/{run.id}/policy?pin=gone 1", 404)
    client.sign_in(ana).get(f"/runs/{run.id}/policy", 403)


# Reopening


def test_reopening_takes_the_verdicts_back_and_keeps_them(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    enrolments = an_attended_run(db, dan, ana, eve)
    run = run_of(db, enrolments)
    close(db, dan.id, run)
    (certificate, _) = issue(db, dan.id, run, "http://lms.example/verify")
    before = db.get_one(Judgement, enrolments["ana"].id).facts
    reopening.reopen(db, dan.id, run, "출석이 틀렸습니다")
    assert (run.state, run.closed_at) == (RunState.PUBLISHED, None)
    assert {one.outcome for one in enrolments.values()} == {None}
    assert not db.scalars(select(Judgement)).all()
    kept = db.scalars(select(FormerJudgement).where(FormerJudgement.enrolment_id == enrolments["ana"].id)).one()
    assert (kept.outcome, kept.facts, kept.policy) == (Outcome.COMPLETED, before, "plain 1")
    assert certificate in db.scalars(valid_of_run(run.id)).all()
    (fact,) = db.scalars(select(Event).where(Event.kind == "run_reopened"))
    assert fact.data["outcomes"] == {str(one.id): "completed" for one in enrolments.values()}


def test_closed_again_it_says_who_changed(client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
    enrolments = an_attended_run(db, dan, ana, eve)
    run = run_of(db, enrolments)
    close(db, dan.id, run)
    issue(db, dan.id, run, "http://lms.example/verify")
    reopening.reopen(db, dan.id, run, "출석이 틀렸습니다")
    pinning.pin(db, dan.id, run, NEW, "새 기준")
    close(db, dan.id, run)
    db.commit()
    found = reopening.changes(db, run, preview(db, run).people)
    assert [(one.member.name, one.before, one.after) for one in found] == [(ana.name, "completed", "not_completed")]
    page = client.sign_in(dan).get(f"/runs/{run.id}/closing").text
    assert "Otherwise than before the run was reopened" in page
    assert "Certificates of people who have not completed any more" in page


def test_reports_forget_the_run_until_it_is_closed_again(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    run.year -= 1
    close(db, dan.id, run)
    summing.keep(db, run.year, summing.made(db, run.year))
    assert run.year not in summing.stale(db)
    reopening.reopen(db, dan.id, run, "출석이 틀렸습니다")
    close(db, dan.id, run)
    assert run.year in summing.stale(db)


def test_who_was_expelled_or_not_selected_stays_so(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    enrolments = an_attended_run(db, dan, ana, eve)
    run = run_of(db, enrolments)
    enrolments["eve"].outcome = Outcome.EXPELLED
    late = factories.an_enrolment(db, run, factories.a_person(db), status="waitlisted")
    close(db, dan.id, run)
    reopening.reopen(db, dan.id, run, "출석이 틀렸습니다")
    assert (enrolments["ana"].outcome, enrolments["eve"].outcome) == (None, Outcome.EXPELLED)
    assert late.status is Status.NOT_SELECTED


@pytest.mark.parametrize(
    "fields", [{"state": "published"}, {"state": "cancelled"}, {"state": "closed", "imported": True}]
)
def test_what_cannot_be_reopened(db: Session, dan: Person, fields: dict[str, object]) -> None:
    with pytest.raises(Refused):
        reopening.reopen(db, dan.id, a_past_run(db, **fields), "사유")


def test_the_page_of_reopening(client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    close(db, dan.id, run)
    issue(db, dan.id, run, "http://lms.example/verify")
    db.commit()
    page = client.sign_in(dan).get(f"/runs/{run.id}/reopening").text
    assert "The results of 2 people are taken back" in page
    assert "2 certificates were issued" in page
    client.post(f"/runs/{run.id}/reopening", 422, data={"reason": " "})
    client.post(f"/runs/{run.id}/reopening", data={"reason": "출석이 틀렸습니다"})
    assert db.get_one(Run, run.id).state is RunState.PUBLISHED
    client.post(f"/runs/{run.id}/reopening", 409, data={"reason": "한 번 더"})
    client.sign_in(ana).get(f"/runs/{run.id}/reopening", 403)


# What if


@pytest.mark.parametrize(
    ("thresholds", "flipping"),
    [
        (Thresholds(), []),
        (Thresholds(attendance=8000), []),
        (Thresholds(attendance=8001), ["김아나"]),
        (Thresholds(progress=10_000, score=10_000), []),
        (Thresholds(lateness=1), ["김아나"]),
    ],
)
def test_a_threshold_turns_those_it_touches(
    db: Session, ana: Person, eve: Person, dan: Person, thresholds: Thresholds, flipping: list[str]
) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    close(db, dan.id, run)
    db.commit()
    flips = what_if(db, Which(run_id=run.id), thresholds)
    assert [one.member.name for one in flips.people] == flipping
    assert flips.before["completed"] == 2
    assert flips.after["completed"] == 2 - len(flipping)


def test_nothing_is_stored_and_departments_come_in_official_order(db: Session, dan: Person) -> None:
    first, second = factories.a_unit(db, "먼저과"), factories.a_unit(db, "가나중과")
    run = a_past_run(db)
    for name, unit in (("나", second), ("다", first), ("가", first)):
        mark(db, factories.an_enrolment(db, run, factories.a_person(db, name, unit=unit)), dan, "late", 70)
    close(db, dan.id, run)
    db.commit()
    events = db.scalars(select(Event.id)).all()
    flips = what_if(db, Which(year=run.year, kind=Kind.CLASSROOM), Thresholds(attendance=9000))
    assert [(unit, [one.member.name for one in ones]) for unit, ones in flips.units] == [
        (first.path, ["가", "다"]),
        (second.path, ["나"]),
    ]
    assert not db.new
    assert not db.dirty
    assert db.scalars(select(Event.id)).all() == events
    assert not what_if(db, Which(year=run.year, kind=Kind.CYBER), Thresholds(attendance=9000)).before


def test_who_was_closed_undecided_flips_by_no_threshold_of_its_own(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db)
    factories.an_enrolment(db, run, ana)
    close(db, dan.id, run, anyway=True)
    db.commit()
    assert not what_if(db, Which(run_id=run.id), Thresholds(attendance=8000)).people


@given(st.integers(0, 10_000))
def test_a_rule_that_is_off_stays_off(minimum: int) -> None:
    changed = Thresholds(attendance=minimum, progress=minimum).applied(pack("plain", 1))
    assert changed.rules("cyber").attendance.minimum == 0
    assert changed.rules("classroom").progress.minimum == 0
    assert changed.rules("classroom").attendance.minimum == minimum


def test_the_page_of_what_if(client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = run_of(db, an_attended_run(db, dan, ana, eve))
    close(db, dan.id, run)
    db.commit()
    client.sign_in(dan)
    for asked in (f"run={run.id}", f"year={run.year}&kind=classroom&course={run.course_id}"):
        page = client.get(f"/operations/what-if?{asked}&attendance=90").text
        assert ana.name in page
        assert eve.name not in page
        table = client.get(f"/operations/what-if.csv?{asked}&attendance=90").text
        assert ana.name in table
        assert client.get(f"/operations/what-if.xlsx?{asked}&attendance=90").data[:2] == b"PK"
    client.get("/operations/what-if?attendance=101", 422)
    client.get("/operations/what-if?attendance=viel", 422)
    assert "Change a number" in client.get("/operations/what-if").text
    client.get("/operations/what-if?run=999999&attendance=90", 404)
    client.sign_in(ana).get("/operations/what-if", 403)


def test_a_run_that_goes_on_is_not_tried(db: Session, dan: Person) -> None:
    run = a_past_run(db)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert not what_if(db, Which(run_id=run.id), Thresholds(attendance=9000)).before


def test_scores_are_tried_at_the_hundredth(db: Session, ana: Person, dan: Person) -> None:
    run = a_past_run(db, scored=True)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan)
    score(db, run, dan, {enrolment: 7000})
    close(db, dan.id, run)
    db.commit()
    assert not what_if(db, Which(run_id=run.id), Thresholds(score=7000)).people
    assert len(what_if(db, Which(run_id=run.id), Thresholds(score=7001)).people) == 1
