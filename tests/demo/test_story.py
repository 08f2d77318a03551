"""The runs around a Monday: every situation is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import door, teaching
from courses.catalogue.models import Kind, Prerequisite
from courses.certificates.models import (
    Cause,
    Certificate,
    CertificateState,
    CertificateTemplate,
    DocumentKind,
    IssuedDocument,
    SealEntry,
    ShareLink,
)
from courses.certificates.printing.models import PrintJob, PrintKind
from courses.certificates.revisions import REVOCATION
from courses.confirming.models import Confirmation, State
from courses.enrolment import approvals, assignments, collecting
from courses.enrolment.listing import Wanted
from courses.enrolment.listing import runs as offered
from courses.enrolment.models import Assignment, Draw, Enrolment, Outcome, Status
from courses.enrolment.queries import clashes, learning
from courses.events.models import Event
from courses.hours import outside
from courses.hours import queries as hours
from courses.hours.models import OutsideLearning, OutsideState
from courses.hours.queries import Why
from courses.letters.models import Letter, LetterKind
from courses.notices.models import Channel, Message, MessageState, Notice, NoticeKind
from courses.people import grades
from courses.people.actor import load_actor
from courses.people.models import Person
from courses.reporting import queue
from courses.reporting.queue import Task
from courses.scheduling.models import Mode, Run, RunInstructor, RunState
from courses.settings.organisation import organisation
from lms.jobs.models import Job
from tests.demo.conftest import NOON, City


@pytest.fixture(scope="module")
def monday(told: City) -> Iterator[Session]:
    """The city's database on a Monday at noon, to look at."""
    with told.database.look() as db:
        yield db


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def test_an_officer_finds_every_kind_of_work(monday: Session) -> None:
    waiting = {count.task: count for count in queue.counts(monday)}
    assert set(waiting) == set(Task)
    assert waiting[Task.DRAFTS].things == 2


def test_the_catalogue_has_every_kind_of_run(monday: Session, city: City) -> None:
    runs = offered(monday, city.people["clerk"], Wanted())
    left = [run.capacity - run.taken for run in runs if run.capacity]
    tomorrow = clock.today() + timedelta(days=1)
    assert 25 < len(runs) <= 50
    assert any(0 < n <= 3 for n in left)
    assert any(run.waiting > 3 for run in runs)
    assert any(run.apply_from and clock.local(run.apply_from).date() == tomorrow for run in runs)
    assert any(run.apply_until and run.apply_until < NOON and run.starts_on > clock.today() for run in runs)
    assert any(run.kind is Kind.CYBER and run.capacity == 500 for run in runs)
    assert any(run.kind is Kind.WORKPLACE for run in runs)
    assert any(len(run.title) > 40 for run in runs)
    states = Counter(monday.scalars(select(Run.state).where(Run.imported.is_(False))))
    assert states[RunState.CANCELLED] == 1
    assert states[RunState.DRAFT] == 2


def test_somebody_from_outside_teaches(monday: Session) -> None:
    outside = (
        select(func.count())
        .select_from(RunInstructor)
        .join(Person, Person.id == RunInstructor.person_id)
        .where(Person.employee_no.is_(None))
    )
    assert monday.scalar(outside)


def test_the_employee_has_one_of_each(monday: Session, city: City) -> None:
    employee = city.people["employee"]
    mine = [row for row in learning(monday, employee) if row.starts_on.year == 2026]
    outcomes = Counter(row.outcome for row in mine)
    assert outcomes[Outcome.COMPLETED] == 1
    assert outcomes[Outcome.NOT_COMPLETED] + outcomes[Outcome.NOT_REGISTERED] == 1
    assert [row.position for row in mine if row.status is Status.WAITLISTED] == [3]
    assert sum(row.starts_on > clock.today() and row.status is Status.ENROLLED for row in mine) == 1
    assert monday.scalar(select(func.count()).where(Certificate.person_id == employee)) == 1
    others = [run.id for run in offered(monday, employee, Wanted(free=True))]
    assert clashes(monday, employee, others)


def test_the_instructor_has_a_sheet_to_fill_in_and_one_left_over(monday: Session, city: City) -> None:
    plan = teaching.agenda(monday, city.people["instructor"])
    assert [entry.unmarked for entry in plan.today] == [28]
    assert [entry.unmarked for entry in plan.behind] == [28]
    assert plan.ahead


def test_promotions_happened(monday: Session) -> None:
    promoted = select(func.count()).where(Event.kind == "moved", Event.data["reason"].as_string() == "promoted")
    assert (monday.scalar(promoted) or 0) >= 2


def test_history_is_told_in_its_order(monday: Session) -> None:
    moments = monday.scalars(select(Event.at).where(Event.run_id.is_not(None)).order_by(Event.id)).all()
    told = moments[-1000:]
    assert list(told) == sorted(told)


def test_every_way_of_giving_out_places_is_there(monday: Session) -> None:
    modes = set(monday.scalars(select(Run.mode).where(Run.imported.is_(False))))
    assert modes == set(Mode)
    drawn = monday.scalars(select(Draw.drawn_at)).all()
    assert (sum(one is None for one in drawn), sum(one is not None for one in drawn)) == (2, 1)
    statuses = set(monday.scalars(select(Enrolment.status)))
    assert {Status.APPLIED, Status.APPROVED, Status.NOMINATED, Status.OFFERED, Status.NOT_SELECTED} <= statuses


def test_a_letter_is_written_and_a_text_message_waits(monday: Session, city: City) -> None:
    letter = monday.scalars(select(Letter)).one()
    assert (letter.kind, letter.number) == (LetterKind.SELECTION, "교육지원과-2417")
    assert len(letter.facts["tables"][0]["rows"]) > 20
    waiting = select(Message.body, Notice.kind, Notice.person_id).join(Notice, Notice.id == Message.notice_id)
    found = monday.execute(waiting.where(Message.channel == Channel.TEXT, Message.state == MessageState.WAITING)).all()
    assert (NoticeKind.OFFERED, city.people["employee"]) in {(one.kind, one.person_id) for one in found}
    assert 0 < len(found) < 10
    assert all(one.body.startswith("[한빛시") for one in found)
    assert monday.scalars(select(Message).where(Message.channel != Channel.TEXT)).all() == []


def test_head_clerk_and_employee_have_something_to_decide(monday: Session, city: City) -> None:
    head, clerk = (load_actor(monday, city.people[role]) for role in ("head", "clerk"))
    assert head
    assert clerk
    assert len(approvals.waiting(monday, head)) > 1
    assert any(task.unranked for task in collecting.tasks(monday, clerk, organisation(monday)))
    mine = [row.status for row in learning(monday, city.people["employee"])]
    assert Status.APPLIED in mine
    offered_until = [row.offered_until for row in learning(monday, city.people["employee"]) if row.offered_until]
    assert [until > NOON for until in offered_until] == [True]


def test_hours_are_due_and_learning_elsewhere_waits_for_the_head(monday: Session, city: City) -> None:
    head = load_actor(monday, city.people["head"])
    assert head
    assert len(outside.waiting(monday, head)) >= 4
    account = hours.account(monday, city.people["employee"], NOON.year)
    assert {Why.COUNTS, Why.WAITING, Why.UNDER_WAY} <= {line.why for line in account.lines}
    assert 0 < account.standing.recognised < account.standing.due
    states = set(monday.scalars(select(OutsideLearning.state)))
    assert states == {OutsideState.WAITING, OutsideState.RECOGNISED, OutsideState.RETURNED}


def test_something_waits_at_the_door_and_for_a_second_person(monday: Session, city: City) -> None:
    assert len(door.unanswered(monday)) == 1
    (asked,) = monday.scalars(select(Confirmation).where(Confirmation.state == State.ASKED))
    assert asked.asked_by != city.people["officer"]
    assert load_actor(monday, asked.asked_by)


def test_a_department_is_late_with_what_is_assigned_to_it(monday: Session) -> None:
    assignment = monday.scalars(select(Assignment)).one()
    assert assignments.standings(monday)[assignment.id].late > 0
    assert monday.scalar(select(func.count()).select_from(Prerequisite)) == 1


def test_certificates_have_a_template_in_the_making_an_address_and_a_log_of_the_seal(
    monday: Session, city: City
) -> None:
    assert not monday.scalars(select(CertificateTemplate)).one().frozen_at
    link = monday.scalars(select(ShareLink)).one()
    assert monday.get_one(Certificate, link.certificate_id).person_id == city.people["employee"]
    assert monday.scalars(select(SealEntry.remaining).order_by(SealEntry.id)).all()[-1] == 573


def test_certificates_were_printed_replaced_revoked_and_confirmed(monday: Session, city: City) -> None:
    first, again = monday.scalars(select(PrintJob).order_by(PrintJob.id))
    assert (first.kind, again.kind, again.of_id, again.sheets) == (PrintKind.FIRST, PrintKind.REPRINT, first.id, 1)
    waits = monday.scalars(select(Job.args).where(Job.name == "print_run").order_by(Job.id)).all()
    assert [one["print_job_id"] for one in waits] == [first.id, again.id]
    [lost] = monday.scalars(select(Certificate).where(Certificate.cause == Cause.LOST))
    assert (lost.revision, lost.run_id, lost.state) == (2, first.run_id, CertificateState.VALID)
    [revoked] = monday.scalars(select(Certificate).where(Certificate.state == CertificateState.REVOKED))
    asked = select(Confirmation).where(Confirmation.kind == REVOCATION, Confirmation.subject_id == revoked.id)
    assert monday.scalars(asked).one().decided_by
    papers = monday.execute(select(IssuedDocument.kind, IssuedDocument.person_id).order_by(IssuedDocument.id)).all()
    mine, taught = city.people["employee"], city.people["instructor"]
    assert [tuple(one) for one in papers] == [(DocumentKind.ENROLMENT, mine), (DocumentKind.TEACHING, taught)]
    assert grades.in_english(monday)["7급"] == "Grade 7"
