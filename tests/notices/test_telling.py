"""Who is told what, in which words, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import vobject
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark
from courses.certificates.actions import issue
from courses.completion.actions import close
from courses.content.models import Lesson, LessonKind, LessonProgress
from courses.enrolment import actions as enrolment
from courses.enrolment.allotment import change_capacity
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.models import Enrolment
from courses.notices import reminders
from courses.notices.actions import write
from courses.notices.models import MessageState, NoticeKind
from courses.people.models import Person
from courses.people.preferences import prefer
from courses.scheduling import actions as scheduling
from courses.scheduling.models import ClassSession, Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import plan_of
from lms.jobs import reactions
from lms.jobs.models import Job
from lms.jobs.queue import later
from tests import factories
from tests.notices.office import Office, calendars, words


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미", language="ko")


@pytest.fixture
def bob(office: Office) -> Person:
    return factories.a_person(office.db, "Bob", language="en")


@pytest.fixture
def officer(office: Office) -> Person:
    return factories.a_person(office.db, "최담당", roles=["officer"])


def kinds(office: Office, person: Person) -> list[NoticeKind]:
    return [notice.kind for notice in office.notices(person)]


def later_by(plan: RunPlan, days: int) -> RunPlan:
    """The same sessions, each so many days later."""
    moved = (replace(one.on(one.day + timedelta(days=days)), id=one.id) for one in plan.sessions)
    return replace(plan, sessions=tuple(moved))


def test_who_enrols_alone_gets_a_quiet_line_and_an_invitation(office: Office, amy: Person) -> None:
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (notice,) = office.notices(amy)
    assert (notice.kind, notice.read_at is not None) == (NoticeKind.ENROLLED, True)
    (mail,) = office.mails(amy)
    assert mail["Subject"] == "수강이 확정되었습니다: 엑셀 기초"
    assert "첫 회차:" in words(mail)
    assert f"http://lms.example/runs/{run.id}" in words(mail)
    (ics,) = calendars(mail)
    assert "METHOD:REQUEST" in ics


def test_mail_is_in_the_language_of_who_gets_it(office: Office, bob: Person) -> None:
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, bob.id, run.id, bob.id))
    (mail,) = office.mails(bob)
    assert mail["Subject"] == "You have a seat: 엑셀 기초"
    assert "First session:" in words(mail)


def test_the_queue_is_told_and_who_moves_up_hears_of_it(
    office: Office, amy: Person, bob: Person, officer: Person
) -> None:
    run = office.run(seats=1)
    place = office.act(lambda db: enrolment.enrol(db, officer.id, run.id, amy.id))
    office.after(lambda db: enrolment.enrol(db, bob.id, run.id, bob.id))
    office.after(lambda db: enrolment.withdraw(db, officer.id, place.id, reason="부서 이동"))
    assert kinds(office, amy) == [NoticeKind.ENROLLED, NoticeKind.WITHDRAWN]
    assert kinds(office, bob) == [NoticeKind.QUEUED, NoticeKind.PROMOTED]
    withdrawn = office.notices(amy)[1]
    assert withdrawn.read_at is None
    assert withdrawn.facts["reason"] == "부서 이동"
    assert "METHOD:CANCEL" in calendars(office.mails(amy)[1])[0]
    queued, promoted = office.mails(bob)
    assert not calendars(queued)
    assert promoted["Subject"] == "A seat came free and is yours: 엑셀 기초"
    assert "METHOD:REQUEST" in calendars(promoted)[0]


def test_moved_sessions_are_told_to_learners_and_teachers_but_not_to_who_waits(
    office: Office, amy: Person, bob: Person, officer: Person
) -> None:
    teacher = factories.a_person(office.db, "이강사", roles=["instructor"])
    run = office.run(seats=1, days=2, teacher=teacher)
    office.act(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    office.after(lambda db: enrolment.enrol(db, bob.id, run.id, bob.id))
    move(office, officer, run, 2)
    assert kinds(office, amy)[-1] is NoticeKind.MOVED
    assert kinds(office, teacher) == [NoticeKind.MOVED]
    assert NoticeKind.MOVED not in kinds(office, bob)
    assert len(calendars(office.mails(amy)[-1])) == 2
    assert "(강의)" in calendars(office.mails(teacher)[-1])[0]


def move(office: Office, officer: Person, run: Run, days: int) -> None:
    def moved(db: Session) -> None:
        here = db.get_one(Run, run.id)
        scheduling.change(db, officer.id, here, later_by(plan_of(db, here), days))

    office.after(moved)


def test_an_invitation_is_followed_by_its_change_and_its_end(office: Office, amy: Person, officer: Person) -> None:
    """As a calendar that reads mail needs it: the same entry, each time in a later version."""
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    move(office, officer, run, 2)
    office.after(lambda db: enrolment.withdraw(db, officer.id, db.scalars(select(Enrolment.id)).one(), reason="출장"))
    sent = [vobject.readOne(ics) for mail in office.mails(amy) for ics in calendars(mail)]
    assert [one.method.value for one in sent] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [one.vevent.status.value for one in sent] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({one.vevent.uid.value for one in sent}) == 1
    versions = [int(one.vevent.sequence.value) for one in sent]
    assert versions == sorted(set(versions))
    invited, moved, ended = (one.vevent.dtstart.value for one in sent)
    assert moved - invited == timedelta(days=2)
    assert ended == moved


def test_a_cancelled_run_is_told_to_everybody_in_it_and_its_teacher(
    office: Office, amy: Person, officer: Person
) -> None:
    teacher = factories.a_person(office.db, "이강사", roles=["instructor"])
    run = office.run(teacher=teacher)
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))

    def cancelled(db: Session) -> None:
        here = db.get_one(Run, run.id)
        cancel_run(db, officer.id, here, "강사 사정")
        scheduling.cancel(db, officer.id, here, "강사 사정")

    office.after(cancelled)
    assert kinds(office, amy)[-1] is NoticeKind.CANCELLED
    assert kinds(office, teacher) == [NoticeKind.CANCELLED]
    for person in (amy, teacher):
        mail = office.mails(person)[-1]
        assert "사유: 강사 사정" in words(mail)
        assert "METHOD:CANCEL" in calendars(mail)[0]


def test_people_of_a_cancelled_run_are_shown_another_one(office: Office, amy: Person, officer: Person) -> None:
    run = office.run()
    other = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))

    def cancelled(db: Session) -> None:
        here = db.get_one(Run, run.id)
        cancel_run(db, officer.id, here, "강사 사정")
        scheduling.cancel(db, officer.id, here, "강사 사정", instead=other.id)

    office.after(cancelled)
    mail = words(office.mails(amy)[-1])
    assert "같은 과정의 다른 차수가" in mail
    assert f"/runs/{other.id}" in mail


def test_steps_that_are_told_at_once_each_say_their_own(office: Office, amy: Person, officer: Person) -> None:
    """A worker that was away finds a seat and its cancellation: the seat's notice leads to its run all the same."""
    run, other = office.run(), office.run()

    def cancelled(db: Session) -> None:
        here = db.get_one(Run, run.id)
        cancel_run(db, officer.id, here, "강사 사정")
        scheduling.cancel(db, officer.id, here, "강사 사정", instead=other.id)

    office.act(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    office.after(cancelled)
    seat, end = office.notices(amy)
    assert (seat.kind, end.kind) == (NoticeKind.ENROLLED, NoticeKind.CANCELLED)
    assert "instead" not in seat.facts
    assert end.facts["instead"] == other.id


def test_who_wants_no_mail_still_has_the_inbox(office: Office, amy: Person) -> None:
    run = office.run()
    office.act(lambda db: prefer(db, amy.id, amy.id, no_mail=["seats"]))
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    assert kinds(office, amy) == [NoticeKind.ENROLLED]
    assert not office.messages()


def test_the_same_facts_twice_are_told_once(office: Office, amy: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reactions.REACTIONS, reactions.facts.Moved, ("tell_moves", "tell_moves"))
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    assert len(office.notices(amy)) == len(office.messages()) == len(office.files()) == 1
    with office.database.look() as db:
        assert not db.scalars(select(Job.error).where(Job.error.is_not(None))).all()


def test_what_was_told_before_is_not_told_again(office: Office, amy: Person) -> None:
    """As when a worker dies right after its last transaction: the whole job is done once more, later."""
    run = office.run()
    office.act(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (job,) = office.db.scalars(select(Job).where(Job.name == "tell_moves"))
    args = dict(job.args)
    office.work()
    office.after(lambda db: later(db, "tell_moves", **args))
    assert len(office.notices(amy)) == len(office.messages()) == len(office.files()) == 1
    with office.database.look() as db:
        assert not db.scalars(select(Job.error).where(Job.error.is_not(None))).all()


def test_history_that_is_written_down_later_is_told_to_nobody(office: Office, amy: Person) -> None:
    run = office.run()
    with clock.frozen(clock.now() - timedelta(days=31)):
        office.act(lambda db: enrolment.enrol(db, None, run.id, amy.id))
    assert office.work() == 1
    assert not office.notices(amy)


def test_reminders_come_three_days_and_one_day_before_each_once(office: Office, amy: Person) -> None:
    run = office.run(starts_in=5)
    factories.an_enrolment(office.db, run, amy)
    told = []
    for ahead in range(1, 6):
        with clock.frozen(clock.start_of(run.starts_on - timedelta(days=5 - ahead)) + timedelta(hours=8)):
            office.after(lambda db: later(db, "remind"))
            told.append([notice.facts["days"] for notice in office.notices(amy)])
    assert told == [[], [3], [3], [3, 1], [3, 1]]


def test_who_got_the_seat_today_is_not_reminded_of_it_today(office: Office, amy: Person, bob: Person) -> None:
    run = office.run(starts_in=3)
    factories.an_enrolment(office.db, run, amy)
    factories.an_enrolment(office.db, run, bob).moved_at = clock.now() - timedelta(days=1)
    office.db.commit()
    office.after(lambda db: later(db, "remind"))
    assert (kinds(office, amy), kinds(office, bob)) == ([], [NoticeKind.REMINDER])


def test_a_cyber_run_reminds_those_who_have_not_finished(office: Office, amy: Person, bob: Person) -> None:
    course = factories.a_course(office.db, "정보보호", kind="cyber")
    run = office.run(course=course, starts_in=-20, days=25)
    lesson = a_lesson(office, course.id)
    for person in (amy, bob):
        place = factories.an_enrolment(office.db, run, person)
        place.moved_at = clock.now() - timedelta(days=9)
    finish(office, place.id, lesson)
    assert office.act(reminders.runs) == [run.id]
    office.after(lambda db: later(db, "remind"))
    assert kinds(office, amy) == [NoticeKind.REMINDER]
    assert "finish_by" in office.notices(amy)[0].facts
    assert not kinds(office, bob)


def test_a_blended_run_reminds_of_its_class_and_of_its_lessons(office: Office, amy: Person) -> None:
    course = factories.a_course(office.db, "혼합 과정", kind="blended")
    run = office.run(course=course, starts_in=1, days=3)
    lesson = a_lesson(office, course.id)
    place = factories.an_enrolment(office.db, run, amy)
    place.moved_at = clock.now() - timedelta(days=9)
    office.db.commit()
    office.after(lambda db: later(db, "remind"))
    assert ["finish_by" in notice.facts for notice in office.notices(amy)] == [False, True]
    finish(office, place.id, lesson)
    office.after(lambda db: later(db, "remind"))
    assert len(office.notices(amy)) == 2


def a_lesson(office: Office, course_id: int) -> int:
    lesson = Lesson(course_id=course_id, position=1, title="1차시", kind=LessonKind.TEXT, minutes=10)
    office.db.add(lesson)
    office.db.commit()
    return lesson.id


def finish(office: Office, enrolment_id: int, lesson_id: int) -> None:
    now = clock.now()
    office.db.add(
        LessonProgress(enrolment_id=enrolment_id, lesson_id=lesson_id, opened_at=now, saved_at=now, done_at=now)
    )
    office.db.commit()


def test_mail_goes_only_to_those_who_take_part(office: Office, amy: Person, officer: Person) -> None:
    run = office.run()
    factories.an_enrolment(office.db, run, amy)
    amy.left_on = clock.today()
    office.db.commit()
    move(office, officer, run, 1)
    assert kinds(office, amy) == [NoticeKind.MOVED]
    assert not office.messages()


def test_what_was_sent_is_written_down(office: Office, amy: Person) -> None:
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (message,) = office.messages()
    assert (message.state, message.attempts, message.error) == (MessageState.SENT, 1, "")
    assert message.sent_at
    assert [path.name for path in office.files()] == [f"{message.key}.eml"]


def test_fewer_seats_put_the_last_one_back_into_the_queue(
    office: Office, amy: Person, bob: Person, officer: Person
) -> None:
    run = office.run(seats=2)
    for person in (amy, bob):
        office.act(lambda db, person=person: enrolment.enrol(db, person.id, run.id, person.id))
    office.after(lambda db: change_capacity(db, officer.id, db.get_one(Run, run.id), 1))
    assert kinds(office, amy) == [NoticeKind.ENROLLED]
    assert kinds(office, bob) == [NoticeKind.ENROLLED, NoticeKind.QUEUED]
    mail = office.mails(bob)[-1]
    assert "you are at the front of the waiting list" in words(mail)
    assert "METHOD:CANCEL" in calendars(mail)[0]


def test_the_result_and_the_certificate_are_told(office: Office, amy: Person, officer: Person) -> None:
    run = office.run(starts_in=-3)
    place = factories.an_enrolment(office.db, run, amy)
    (session,) = office.db.scalars(select(ClassSession).where(ClassSession.run_id == run.id))

    def judged(db: Session) -> None:
        mark(db, officer.id, session.id, {place.id: MarkInput(AttendanceMark.PRESENT)})
        close(db, officer.id, db.get_one(Run, run.id))

    office.after(judged)
    office.after(lambda db: issue(db, officer.id, db.get_one(Run, run.id), "http://lms.example/verify"))
    assert kinds(office, amy) == [NoticeKind.CLOSED, NoticeKind.CERTIFICATE]
    result, ready = office.mails(amy)
    assert "과정을 수료했습니다." in words(result)
    assert f"http://lms.example/enrolments/{place.id}/completion" in words(result)
    assert "http://lms.example/certificates#c" in words(ready)
    assert not calendars(ready)


def test_an_officers_words_reach_all_who_have_a_seat(office: Office, amy: Person, bob: Person, officer: Person) -> None:
    run = office.run(seats=1)
    factories.an_enrolment(office.db, run, amy)
    factories.an_enrolment(office.db, run, bob, status="waitlisted")
    office.after(lambda db: write(db, officer.id, db.get_one(Run, run.id), "준비물", "신분증\n\n도시락"))
    assert (kinds(office, amy), kinds(office, bob)) == ([NoticeKind.WRITTEN], [])
    (mail,) = office.mails(amy)
    assert mail["Subject"] == "엑셀 기초: 준비물"
    assert "신분증\n\n도시락" in words(mail)


def test_a_mail_says_no_more_about_a_person_than_it_needs(office: Office, amy: Person) -> None:
    run = office.run()
    office.after(lambda db: enrolment.enrol(db, amy.id, run.id, amy.id))
    (mail,) = office.mails(amy)
    everything = mail.as_string() + words(mail) + "".join(calendars(mail))
    assert amy.employee_no
    assert amy.employee_no not in everything
    assert amy.name not in words(mail)
