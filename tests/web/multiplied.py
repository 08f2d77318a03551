"""More of everything that lists are made of, around `tests.world`: for tests that compare few rows with many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import excusing
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark, Ground
from courses.board import posting
from courses.board.models import PostKind
from courses.catalogue.models import Area, Course
from courses.certificates.actions import issue
from courses.completion.actions import close
from courses.content.progress import advance, begun
from courses.content.queries import lessons
from courses.enrolment.models import Enrolment
from courses.exchange.actions import keep
from courses.files.actions import SentFile
from courses.hours import outside
from courses.notices.actions import Letter, tell
from courses.notices.models import NoticeKind
from courses.notices.occasions import Note, look_up
from courses.people.deputies import name_deputy
from courses.people.models import OrgUnit, Person
from courses.reporting import saved
from courses.scheduling.holidays import close_day
from courses.scheduling.models import ClassSession, Run
from lms.api import tokens
from lms.auth.failures import SignInFailure
from lms.jobs.queue import later
from tests import factories
from tests.certificates.scenes import URL, a_document, a_print_run, a_template, signed
from tests.content.scenes import a_bank, a_lesson
from tests.world import EVIDENCE, ROOMS, World, a_confirmation, a_letter, an_assignment

_STATUS = {"selection": "applied", "selecting": "approved", "full": "waitlisted"}


def more_of_everything(db: Session, world: World, numbers: Sequence[int]) -> None:
    """Whatever a page of the world lists, it lists one more for each of these numbers, which are used only once."""
    unit, other = (db.get_one(OrgUnit, world.ids[name]) for name in ("unit_id", "other_unit_id"))
    people = [factories.a_person(db, f"직원{n}", unit=unit, roles=["instructor"]) for n in numbers]
    _more_in_runs(db, world, [*people, *(factories.a_person(db, f"손님{n}", unit=other) for n in numbers)])
    for n, person in zip(numbers, people, strict=True):
        run = _more_runs(db, world, people, n)
        _more_around(db, world, run, n)
        _more_learning(db, world, n)
        a_confirmation(db, world.people["dan"], run)
        name_deputy(db, world.people["fay"].id, unit, person, day := clock.today() + timedelta(days=n), day)
    db.commit()


def _more_in_runs(db: Session, world: World, people: Sequence[Person]) -> None:
    for name in ("open", "on", "over", "cyber", "workplace", *_STATUS):
        for person in people:
            factories.an_enrolment(db, world.runs[name], person, status=_STATUS.get(name, "enrolled"))


def _more_runs(db: Session, world: World, people: Sequence[Person], n: int) -> Run:
    """Of a course of its own: runs with certificates and without, one without marks, one ahead, a draft."""
    cleo, dan, ana = (world.people[who] for who in ("cleo", "dan", "ana"))
    course, room = factories.a_course(db, f"과정 {n}"), factories.a_room(db, f"교육장 {n}")
    around: dict[str, Any] = {"instructors": [cleo], "room": room}
    run, _uncertified = (_a_closed_run(db, course, [ana, *people], cleo, days + n, around) for days in (10, 20))
    signed(db, *issue(db, dan.id, run, URL))
    a_print_run(db, dan.id, run)
    an_assignment(db, run)
    factories.an_enrolment(db, factories.a_run(db, course, starts_in=-30 - n, **around), ana)
    factories.a_run(db, course, state="draft", starts_in=50 + n, **around)
    ahead = factories.a_run(db, course, starts_in=30 + n, days=3, **around)
    factories.an_enrolment(db, ahead, ana)
    world.ids |= {"run_id": run.id, "course_id": course.id, "room_id": room.id}
    return ahead


def _a_closed_run(
    db: Session, course: Course, people: Sequence[Person], by: Person, ago: int, around: dict[str, Any]
) -> Run:
    run = factories.a_run(db, course, starts_in=-ago, **around)
    places = [factories.an_enrolment(db, run, person) for person in people]
    session = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    mark(db, by.id, session, {one.id: MarkInput(AttendanceMark.PRESENT) for one in places})
    close(db, by.id, run)
    return run


def _more_around(db: Session, world: World, run: Run, n: int) -> None:
    ana, cleo, dan = (world.people[who] for who in ("ana", "cleo", "dan"))
    board = world.runs["open"]
    facts = look_up(db, [board.id]).facts(board.id)
    note = Note(f"told {n}", NoticeKind.MOVED, ana.id, board.id, facts)
    tell(db, [(note, [Letter(ana.mail or "", ana.name, "ko", "일정이 바뀌었습니다", "본문")])])
    a_letter(db, dan, board)
    question = posting.post(db, ana.id, board, PostKind.QUESTION, f"질문 {n}", "본문")
    posting.answer(db, cleo.id, question, "답")
    saved.keep(db, dan.id, f"실적 {n}", "by=kind")
    tokens.make(db, ana.id, ana.id, f"시간표 {n}")
    file = keep(db, dan.id, ("units", "staff", "courses", "instructors")[n % 4], ROOMS, f"{n}.csv")
    for who in (dan, world.people["fay"]):
        later(db, "import_file", actor_id=who.id, file_id=file.id, seen="", only_good=False, retire=False)
    a_document(db, ana)
    a_template(db, dan.id)
    elsewhere = outside.Wanted("seminar", f"학술대회 {n}", "학회", clock.today(), clock.today(), 60)
    outside.report(db, ana.id, elsewhere, SentFile(EVIDENCE, "이수증.pdf"))
    close_day(db, dan.id, clock.today() + timedelta(days=100 + n), f"기념일 {n}")
    db.add(Area(name=f"분야 {n}", position=10 + n))
    db.add(SignInFailure(at=clock.now(), address=f"192.0.2.{n}", why="wrong", person_id=ana.id))
    place = db.scalars(select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.person_id == ana.id)).one()
    first = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).first() or 0
    excusing.ask(db, ana.id, place.id, [first], Ground.DUTY, f"총무과-{n}")


def _more_learning(db: Session, world: World, n: int) -> None:
    course = db.get_one(Course, world.ids["cyber_course_id"])
    a_lesson(db, course, title=f"차시 {n}")
    a_bank(db, course, questions=3)
    mine = db.get_one(Enrolment, world.ids["learning_id"])
    last = lessons(db, course.id)[-1]
    advance(db, mine.person_id, mine, begun(db, mine, last), 5_000)
