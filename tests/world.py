"""One of everything, and the address of every page: for tests that look at all pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import divide, score
from courses.assessment.appeals import appeal
from courses.assessment.parts import Part
from courses.assessment.publishing import publish
from courses.attendance import checkin, codes, door, excusing, identity
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark, Ground
from courses.catalogue.models import Course
from courses.certificates.actions import issue
from courses.completion.actions import close
from courses.confirming.models import Confirmation
from courses.content.attempts import begin, hand_in
from courses.content.models import Lesson
from courses.content.progress import advance, begun
from courses.content.queries import lessons, questions
from courses.enrolment import draws
from courses.enrolment.models import Assignment, Enrolment, Renewal
from courses.exchange.actions import keep
from courses.files.actions import SentFile, stored
from courses.hours import outside
from courses.hours.models import OutsideLearning
from courses.letters.actions import write as write_letter
from courses.letters.drafts import draft
from courses.letters.models import Letter, LetterKind
from courses.notices.actions import Letter as Mail
from courses.notices.actions import tell
from courses.notices.models import Message, MessageState, Notice, NoticeKind
from courses.notices.occasions import Note, look_up
from courses.people.deputies import name_deputy
from courses.people.models import OrgUnit, Person, Posting
from courses.people.preferences import renew_calendar
from courses.reporting import saved
from courses.scheduling.models import ClassSession, Run
from courses.settings.organisation import organisation
from lms.api import tokens
from lms.jobs.queue import later
from lms.web.letters.words import spoken
from tests import factories
from tests.certificates.scenes import a_document, a_print_run, a_template, document_signed, signed
from tests.content.scenes import a_bank, a_lesson
from tests.draw.scenes import a_draw_run, entrants
from tests.draw.scenes import close as close_applications
from tests.selection.scenes import a_closed_selection
from tests.surveys.world import discussed, surveyed
from tests.workplace.world import trained

EVIDENCE = "e" * 64
LONG_NAME = "남궁황보제갈선우독고사공"
ROOMS = "교육장코드,교육장,좌석,PC\nR1,본관 1,30,30\nR2,,많이,0\n".encode()


@dataclass
class World:
    """The people of the tests by name (see CONTRIBUTING.md), and the things that addresses name."""

    people: dict[str, Person]
    runs: dict[str, Run]
    ids: dict[str, object] = field(default_factory=dict)

    def seen_by(self, db: Session) -> World:
        """The same, as another Session of its database loads it."""
        people = {name: db.get_one(Person, person.id) for name, person in self.people.items()}
        runs = {name: db.get_one(Run, run.id) for name, run in self.runs.items()}
        return World(people, runs, dict(self.ids))


def a_world(db: Session) -> World:
    """People of every role; runs that are open, full, on now, to be closed, closed with certificates, cyber, draft."""
    unit, other = factories.a_unit(db, "총무과"), factories.a_unit(db, "재무과", "재무국")
    people = {
        "ana": factories.a_person(db, "김아나", unit=unit),
        "ben": factories.a_person(db, "박벤", unit=unit, roles=["head"]),
        "cleo": factories.a_person(db, "이클레오", unit=unit, roles=["instructor"]),
        "dan": factories.a_person(db, "최단", unit=unit, roles=["officer"]),
        "eve": factories.a_person(db, "정이브", unit=other),
        "fay": factories.a_person(db, "한페이", unit=unit, roles=["administrator"]),
        "long": factories.a_person(db, LONG_NAME, unit=other),
    }
    runs = _runs(db, people)
    world = World(people, runs)
    world.ids = _ids(db, people, runs) | {f"{name}_id": runs[name].id for name in ("selection", "selecting", "draw")}
    return world


def _runs(db: Session, people: dict[str, Person]) -> dict[str, Run]:
    room = factories.a_room(db)
    cleo = [people["cleo"]]
    long = factories.a_course(db, "행정정보 공동이용을 위한 공간정보시스템 고급 활용과 데이터 시각화 실무", hours=35)
    cyber = factories.a_course(db, "정보보호 기초", kind="cyber", hours=10)
    scored = factories.a_course(db, "SQL로 행정자료 다루기", scored=True)
    runs = {
        "open": factories.a_run(db, instructors=cleo, room=room),
        "long": factories.a_run(db, long, starts_in=20, days=5, room=room),
        "full": factories.a_run(db, factories.a_course(db, "파이썬 기초"), seats=1, starts_in=30, room=room),
        "cyber": factories.a_run(db, cyber, seats=500, starts_in=0, days=30),
        "workplace": factories.a_run(db, factories.a_course(db, "전자결재", kind="workplace", hours=2), starts_in=15),
        "on": factories.a_run(db, scored, starts_in=0, instructors=cleo, room=room),
        "over": factories.a_run(db, factories.a_course(db, "엑셀 함수"), starts_in=-3, instructors=cleo, room=room),
        "closed": factories.a_run(
            db, factories.a_course(db, "한글 문서작성"), starts_in=-20, instructors=cleo, room=room
        ),
        "selection": factories.a_run(db, factories.a_course(db, "인공지능 행정 활용"), starts_in=60, mode="selection"),
        "draft": factories.a_run(db, factories.a_course(db, "리눅스"), state="draft", starts_in=40),
        "selecting": a_closed_selection(db, starts_in=65, seats=1),
        "draw": a_draw_run(db, starts_in=70, seats=1),
    }
    _make_current(db, runs["on"])
    for name in ("open", "on", "over", "closed"):
        for who in ("ana", "long"):
            factories.an_enrolment(db, runs[name], people[who])
    for who, status in (("ana", "applied"), ("cleo", "approved"), ("long", "applied")):
        factories.an_enrolment(db, runs["selection"], people[who], status=status, motive="민원 자료를 빨리 정리합니다")
    _select_and_draw(db, people, runs)
    factories.an_enrolment(db, runs["full"], people["eve"])
    factories.an_enrolment(db, runs["full"], people["ana"], status="waitlisted")
    return runs


def _select_and_draw(db: Session, people: dict[str, Person], runs: dict[str, Run]) -> None:
    """One run with people to select, one whose draw was held."""
    for who, status in (("ben", "nominated"), ("long", "approved"), ("ana", "applied")):
        factories.an_enrolment(db, runs["selecting"], people[who], status=status, rank=1 if who == "ben" else None)
    entrants(db, runs["draw"], [people["ana"], people["ben"]])
    close_applications(db, runs["draw"])
    draws.hold(db, people["dan"].id, runs["draw"].id)
    db.commit()


def _make_current(db: Session, run: Run) -> None:
    """Its only session is on now, at whatever hour the tests run."""
    (session,) = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id))
    session.starts_at = clock.now() - timedelta(minutes=10)
    session.ends_at = clock.now() + timedelta(hours=2)
    db.commit()


def _ids(db: Session, people: dict[str, Person], runs: dict[str, Run]) -> dict[str, object]:
    cleo, dan, closed = people["cleo"], people["dan"], runs["closed"]
    (past,) = db.scalars(select(ClassSession).where(ClassSession.run_id == closed.id))
    (now,) = db.scalars(select(ClassSession).where(ClassSession.run_id == runs["on"].id))
    enrolments = list(db.scalars(select(Enrolment).where(Enrolment.run_id == closed.id).order_by(Enrolment.id)))
    mark(db, cleo.id, past.id, {e.id: MarkInput(AttendanceMark.PRESENT) for e in enrolments})
    close(db, dan.id, closed)
    certificate = issue(db, dan.id, closed, "http://lms.example/verify")[0]
    signed(db, certificate)
    file = keep(db, dan.id, "rooms", ROOMS, "rooms.csv")
    notice, message = _told(db, people["ana"], runs["open"])
    renew_calendar(db, None, people["ana"].id)
    kept = saved.keep(db, dan.id, "정보화 실적", "by=kind&year=2026")
    token, _ = tokens.make(db, people["ana"].id, people["ana"].id, "인트라넷 시간표")
    job_id = later(db, "import_file", actor_id=dan.id, file_id=file.id, seen="", only_good=False, retire=False)
    quiz = _learnt(db, runs["cyber"])
    document = a_document(db, people["ana"])
    document_signed(db, document)
    db.commit()
    return {
        "cyber_course_id": quiz.course_id,
        "lesson_id": quiz.id,
        **_learning(db, runs["cyber"], people["ana"], quiz),
        "bank_id": quiz.bank_id,
        "question_id": questions(db, quiz.bank_id or 0)[0].id,
        "run_id": closed.id,
        "course_id": closed.course_id,
        "person_id": people["ana"].id,
        "stranger_id": people["eve"].id,
        "applied_id": db.scalar(
            select(Enrolment.id).where(
                Enrolment.run_id == runs["selection"].id, Enrolment.person_id == people["ana"].id
            )
        ),
        "unit_id": db.scalar(select(Posting.unit_id).where(Posting.person_id == dan.id)),
        "deputy_id": _deputy(db, people["eve"]),
        "room_id": now.room_id,
        "other_unit_id": db.scalar(select(Posting.unit_id).where(Posting.person_id == people["eve"].id)),
        "saved_id": kept.id,
        "enrolment_id": enrolments[0].id,
        "confirmation_id": a_confirmation(db, dan, runs["on"]),
        "session_id": now.id,
        **_in_class(db, people, now),
        "cleo_id": cleo.id,
        **trained(db, people),
        **discussed(db, people, runs["open"]),
        **surveyed(db, people, runs["over"]),
        "month": clock.local(past.starts_at).date(),
        "template_family": a_template(db, dan.id).family,
        "certificate_id": certificate.id,
        "print_job_id": a_print_run(db, dan.id, closed).id,
        "document_id": document.id,
        "document_code": document.code,
        "code": certificate.code,
        "file_id": file.id,
        "notice_id": notice.id,
        "message_id": message.id,
        "assignment_id": an_assignment(db, runs["closed"]),
        "outside_id": an_outside_learning(db, people["ana"]).id,
        "letter_id": a_letter(db, dan, runs["open"]).id,
        "token_id": token.id,
        "job_id": job_id,
        **_scored(db, people),
        **_asking(db, people["ana"], runs["open"]),
    }


def _in_class(db: Session, people: dict[str, Person], session: ClassSession) -> dict[str, object]:
    """Ana has checked in; somebody cannot show who he is, and somebody without a place asks for one."""
    cleo, ana, eve = (people[who].id for who in ("cleo", "ana", "eve"))
    window = checkin.open_window(db, cleo, session.id)
    code = codes.link(window.secret, session.id, codes.step(clock.now()))
    seat_id = checkin.check_in(db, ana, code, device="a browser", session_id=session.id).enrolment_id
    mine = Enrolment.run_id == session.run_id, Enrolment.person_id == people["long"].id
    failed = identity.fail(
        db, cleo, session.id, db.scalars(select(Enrolment.id).where(*mine)).one(), "신분증이 없다고 함"
    )
    asked = door.ask(db, cleo, session.id, eve, "선정 문서가 늦게 왔습니다")
    db.commit()
    return {"seat_id": seat_id, "check_id": failed.id, "request_id": asked.id}


def _scored(db: Session, people: dict[str, Person]) -> dict[str, object]:
    """A run with scores: of two parts one is published, and Ana objects to her points."""
    cleo, ana = people["cleo"], people["ana"]
    run = factories.a_run(db, factories.a_course(db, "데이터 시각화", scored=True), starts_in=-1, instructors=[cleo])
    mine, other = (factories.an_enrolment(db, run, people[who]) for who in ("ana", "long"))
    written, practical = divide(db, cleo.id, run.id, [Part("필기", 40, 4000), Part("실기", 60)])
    for part, points in ((written, 5950), (practical, 6000)):
        score(db, cleo.id, run.id, part.id, {mine.id: points, other.id: 8000})
    publish(db, cleo.id, run.id, written.id)
    made = appeal(db, ana.id, mine.id, written.id, "3번 문제를 다시 봐 주세요.\n답안은 맞습니다.")
    db.commit()
    return {"graded_id": run.id, "component_id": practical.id, "appeal_id": made.id, "scored_id": mine.id}


def _asking(db: Session, person: Person, run: Run) -> dict[str, object]:
    """Somebody who asks to be excused from the first session."""
    mine = Enrolment.run_id == run.id, Enrolment.person_id == person.id
    seat = db.scalars(select(Enrolment).where(*mine)).one()
    first = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).first() or 0
    asked = excusing.ask(db, person.id, seat.id, [first], Ground.DUTY, "총무과-1234")
    db.commit()
    return {"absence_id": asked.id, "away_id": seat.id}


def _learnt(db: Session, run: Run) -> Lesson:
    """Words and a quiz of the cyber course; the quiz."""
    course = db.get_one(Course, run.course_id)
    words = "# 제목\n\n| 항목 | 수 |\n|---|--:|\n| 가 | 1 |\n\n```\n코드\n```\n\n[더 보기](https://city.example/)"
    a_lesson(db, course, body=words)
    a_lesson(db, course, "video", "행정정보 공동이용을 위한 공간정보시스템 고급 활용과 데이터 시각화 실무 동영상")
    return a_lesson(db, course, "quiz", "중간평가", bank_id=a_bank(db, course).id, opens_at=5000)


def an_outside_learning(db: Session, person: Person) -> OutsideLearning:
    """Something that somebody learned elsewhere, which waits for the head."""
    stored(db, EVIDENCE, 6, "application/pdf")
    wanted = outside.Wanted("seminar", "전자정부 국제 학술대회", "한국지역정보학회", clock.today(), clock.today(), 360)
    one = outside.report(db, person.id, wanted, SentFile(EVIDENCE, "이수증.pdf"))
    db.commit()
    return one


def an_assignment(db: Session, run: Run) -> int:
    """The course of a run is mandatory for everybody, since yesterday."""
    made, due = clock.now() - timedelta(days=90), clock.today() - timedelta(days=1)
    assignment = Assignment(course_id=run.course_id, due_on=due, renewal=Renewal.ONCE, created_at=made)
    db.add(assignment)
    db.commit()
    return assignment.id


def _deputy(db: Session, person: Person) -> int:
    """Somebody stands in for the head of her own department."""
    unit = db.scalars(
        select(OrgUnit).join(Posting, Posting.unit_id == OrgUnit.id).where(Posting.person_id == person.id)
    ).one()
    return name_deputy(db, person.id, unit, person, clock.today(), clock.today()).id


def _told(db: Session, person: Person, run: Run) -> tuple[Notice, Message]:
    """A new notice, whose mail did not get through."""
    note = Note("told", NoticeKind.MOVED, person.id, run.id, look_up(db, [run.id]).facts(run.id))
    letter = Mail(person.mail or "", person.name, "ko", "일정이 바뀌었습니다", "본문")
    (message_id,) = tell(db, [(note, [letter])])
    message = db.get_one(Message, message_id)
    message.state, message.error = MessageState.FAILED, "550 No such user"
    db.flush()
    return db.get_one(Notice, message.notice_id), message


def a_confirmation(db: Session, officer: Person, run: Run) -> int:
    """Somebody wants other rules for a run, and a second person has to confirm it."""
    asked = Confirmation(
        kind="pinning",
        subject_id=run.id,
        title="SQL로 행정자료 다루기 · 지방공무원 교육훈련 기준(2008)",
        payload={"pin": "kr-local-2008 1", "before": run.policy},
        reason="새 기준을 따르기로 했습니다",
        asked_by=officer.id,
        asked_at=clock.now(),
    )
    db.add(asked)
    db.commit()
    return asked.id


def a_letter(db: Session, actor: Person, run: Run) -> Letter:
    """The letter of who is selected for a run."""
    named = organisation(db)
    said = spoken(draft(db, run, LetterKind.SELECTION, named), named)
    letter = write_letter(db, actor.id, run, LetterKind.SELECTION, None, said.title, said.body, said.words)
    db.commit()
    return letter


def _learning(db: Session, run: Run, person: Person, quiz: Lesson) -> dict[str, object]:
    """Somebody who has read the words, and answered the quiz once; ids of the enrolment and the words."""
    enrolment = factories.an_enrolment(db, run, person)
    words = lessons(db, run.course_id)[0]
    advance(db, person.id, enrolment, begun(db, enrolment, words), 10_000)
    advance(db, person.id, enrolment, begun(db, enrolment, quiz), 0)
    attempt = begin(db, enrolment, run, quiz.id)
    hand_in(db, enrolment, run, quiz.id, attempt.number, {"0": [0]})
    db.commit()
    return {"learning_id": enrolment.id, "words_id": words.id, "number": attempt.number, "cyber_run_id": run.id}
