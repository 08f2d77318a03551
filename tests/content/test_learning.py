"""The learner's pages without a player: the way, gates, reading, quizzes by plain forms, and who is where."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.queries import preview
from courses.content import attempts, progress
from courses.content.models import Attempt, LessonProgress, QuestionKind
from courses.content.progress import advance, begun
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from tests import factories
from tests.client import Browser
from tests.content.scenes import Cyber, a_bank, a_cyber_course, a_lesson


@pytest.fixture
def cyber(db: Session, ana: Person, cleo: Person) -> Cyber:
    return a_cyber_course(db, ana, teachers=(cleo,), scored=True)


@pytest.fixture
def mine(db: Session, cyber: Cyber) -> Enrolment:
    return db.scalars(select(Enrolment).where(Enrolment.run_id == cyber.run.id)).one()


def stamp(page: str) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', page)
    assert found
    return found[1]


def test_words_are_read_after_a_while_and_the_next_lesson_follows(
    client: Browser, db: Session, cyber: Cyber, mine: Enrolment
) -> None:
    first, second = (a_lesson(db, cyber.course, title=title) for title in ("하나", "둘"))
    page = f"/enrolments/{mine.id}/lessons/{first.id}"
    opened = clock.now()
    with clock.frozen(opened):
        form = {"stamp": stamp(client.sign_in(cyber.learner).get(page).text)}
    with clock.frozen(opened + timedelta(seconds=9)):
        assert "10 seconds at least" in client.post(f"{page}/reading", 409, data=form).text
    with clock.frozen(opened + timedelta(seconds=10)):
        client.post(f"{page}/reading", 409, data={"stamp": "made up"})
        client.post(f"/enrolments/{mine.id}/lessons/{second.id}/reading", 409, data=form)  # another lesson's
        answer = client.post(f"{page}/reading", data=form)
    assert answer.location.endswith(f"/lessons/{second.id}")
    assert progress.of_run(db, cyber.run.id) == {mine.id: 5000}


def test_a_gate_says_what_opens_it(client: Browser, db: Session, cyber: Cyber, mine: Enrolment) -> None:
    first = a_lesson(db, cyber.course, title="기초", minutes=10)
    quiz = a_lesson(db, cyber.course, "quiz", "중간평가", bank_id=a_bank(db, cyber.course).id, opens_at=5000)
    client.sign_in(cyber.learner)
    assert "Opens at 50 % of the course. Learn first: 기초" in client.get(f"/enrolments/{mine.id}/lessons").text
    client.get(f"/enrolments/{mine.id}/lessons/{quiz.id}", 409)
    client.post(f"/enrolments/{mine.id}/lessons/{quiz.id}/attempts", 409)
    advance(db, cyber.learner.id, mine, begun(db, mine, first), 10_000)
    db.commit()
    client.get(f"/enrolments/{mine.id}/lessons/{quiz.id}")


def test_progress_never_falls_and_retired_lessons_do_not_count(db: Session, cyber: Cyber, mine: Enrolment) -> None:
    first, second = (a_lesson(db, cyber.course, title=title) for title in ("하나", "둘"))
    row = begun(db, mine, first)
    for reported in (6000, 3000):
        advance(db, cyber.learner.id, mine, row, reported)
    assert row.progress == 6000
    second.retired_at = clock.now()
    db.flush()
    assert progress.of_run(db, cyber.run.id) == {mine.id: 6000}


def test_a_quiz_is_answered_by_plain_forms(client: Browser, db: Session, cyber: Cyber, mine: Enrolment) -> None:
    lesson = a_lesson(db, cyber.course, "quiz", "평가", bank_id=a_bank(db, cyber.course).id, weight=100, attempts=1)
    page = f"/enrolments/{mine.id}/lessons/{lesson.id}"
    client.sign_in(cyber.learner)
    client.get(page)
    client.post(f"{page}/attempts")
    assert 'name="q1"' in client.get(page).text
    client.post(f"{page}/attempts/1/answers", data={"q0": "0"})
    saved = client.post(f"{page}/attempts/1/answers", 200, data={"q0": "0"}, headers={"HX-Request": "true"})
    assert "Saved" in saved.text
    client.get(f"{page}/attempts/1", 404)
    result = client.post(f"{page}/attempts/1/handing-in", data={"q0": "0", "q1": "0"})
    text = client.get(result.location).text
    assert "100 points: passed" in text
    assert "Right answer" in text
    assert "Look at attempt 1" in client.get(page).text
    client.post(f"{page}/attempts/1/answers", 409, data={"q0": "1"})
    client.post(f"{page}/attempts", 409)


def test_an_order_is_given_by_numbers(client: Browser, db: Session, cyber: Cyber, mine: Enrolment) -> None:
    bank = a_bank(db, cyber.course)
    lesson = a_lesson(db, cyber.course, "quiz", "평가", bank_id=bank.id)
    page = f"/enrolments/{mine.id}/lessons/{lesson.id}"
    client.sign_in(cyber.learner).post(f"{page}/attempts")
    one = db.scalars(select(Attempt)).one()
    question = {
        "kind": QuestionKind.ORDER.value,
        "choices": ["가", "나", "다"],
        "answer": [0, 1, 2],
        "shown": [2, 0, 1],
    }
    one.questions = [{**question, "id": 1, "words": "순서", "explanation": ""}]
    db.commit()
    assert re.findall(r'<label for="q0-[012]">(.)</label>', client.get(page).text) == ["다", "가", "나"]
    assert re.findall(r'name="(q0-.)"', client.get(page).text) == ["q0-0", "q0-1", "q0-2"]  # says nothing of the key
    client.post(f"{page}/attempts/1/answers", data={"q0-0": "2", "q0-1": "3", "q0-2": "1"})
    assert db.get_one(Attempt, one.id).answers == {"0": [1, 2, 0]}
    assert "selected>3" in client.get(page).text
    client.post(f"{page}/attempts/1/handing-in", data={"q0-0": "1", "q0-1": "1", "q0-2": "9" * 5000})
    assert db.get_one(Attempt, one.id).answers == {}


def test_my_learning_says_how_far_and_leads_on(client: Browser, db: Session, cyber: Cyber, mine: Enrolment) -> None:
    lesson = a_lesson(db, cyber.course)
    advance(db, cyber.learner.id, mine, begun(db, mine, lesson), 4200)
    db.commit()
    page = client.sign_in(cyber.learner).get("/my-learning").text
    assert "42% learnt" in page
    assert f"/enrolments/{mine.id}/lessons" in page


def test_one_goes_on_with_what_was_begun_last(client: Browser, db: Session, cyber: Cyber, mine: Enrolment) -> None:
    lessons = [a_lesson(db, cyber.course, title=title) for title in ("하나", "둘", "셋")]
    opened = clock.now() - timedelta(hours=3)
    for hours, number in enumerate((2, 1)):
        with clock.frozen(opened + timedelta(hours=hours)):
            advance(db, cyber.learner.id, mine, begun(db, mine, lessons[number]), 4000)
    db.commit()
    page = client.sign_in(cyber.learner).get(f"/enrolments/{mine.id}/lessons").text
    assert "Go on with: 둘" in page
    advance(db, cyber.learner.id, mine, begun(db, mine, lessons[1]), 10_000)
    db.commit()
    assert "Go on with: 셋" in client.get(f"/enrolments/{mine.id}/lessons").text


def test_instructors_and_officers_see_who_is_where(
    client: Browser, db: Session, cyber: Cyber, cleo: Person, eve: Person
) -> None:
    lesson = a_lesson(db, cyber.course)
    quick = factories.an_enrolment(db, cyber.run, eve)
    advance(db, eve.id, quick, begun(db, quick, lesson), 10_000)
    db.commit()
    address = f"/runs/{cyber.run.id}/progress"
    client.sign_in(cleo)
    page = client.get(address).text
    assert page.index(cyber.learner.name) < page.index(eve.name)
    behind = client.get(f"{address}?behind=1").text
    assert cyber.learner.name in behind
    assert eve.name not in behind
    rows = client.get(f"{address}.csv").data.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert ",100,1/1," in rows[2]
    client.get(f"{address}.xlsx")
    client.sign_in(eve).get(address, 403)


def test_the_verdict_comes_from_lessons_and_weighted_quizzes(db: Session, cyber: Cyber, mine: Enrolment) -> None:
    words = a_lesson(db, cyber.course, minutes=90)
    quiz = a_lesson(db, cyber.course, "quiz", "평가", bank_id=a_bank(db, cyber.course).id, weight=100, minutes=10)
    never = factories.an_enrolment(db, cyber.run, factories.a_person(db, "오지않음"))
    advance(db, cyber.learner.id, mine, begun(db, mine, words), 10_000)
    outcome = {one.member.enrolment_id: one for one in preview(db, cyber.run).people}
    assert outcome[never.id].outcome == "not_registered"
    assert outcome[mine.id].outcome == "undecided"
    (missing,) = preview(db, cyber.run).missing
    assert (missing.where, missing.names) == ("quizzes", (cyber.learner.name,))
    one = attempts.begin(db, mine, cyber.run, quiz.id)
    attempts.hand_in(db, mine, cyber.run, quiz.id, one.number, {"0": [0], "1": [0]})
    (judged,) = [one for one in preview(db, cyber.run).people if one.member.enrolment_id == mine.id]
    assert (judged.outcome, judged.facts.progress) == ("completed", 10_000)
    assert [lesson.title for lesson in judged.facts.lessons] == [words.title, quiz.title]


def test_who_only_opened_a_quiz_has_come(db: Session, cyber: Cyber, mine: Enrolment) -> None:
    quiz = a_lesson(db, cyber.course, "quiz", "평가", bank_id=a_bank(db, cyber.course).id, weight=100)
    attempts.begin(db, mine, cyber.run, quiz.id)
    (judged,) = preview(db, cyber.run).people
    assert judged.outcome == "undecided"


def test_a_blended_run_judges_both_parts(db: Session, ana: Person, cleo: Person) -> None:
    course = factories.a_course(db, "혼합 과정", kind="blended")
    run = factories.a_run(db, course, starts_in=-1, instructors=[cleo])
    enrolment = factories.an_enrolment(db, run, ana)
    lessons = [a_lesson(db, course, title=f"{n}차시", minutes=10) for n in range(1, 4)]
    advance(db, ana.id, enrolment, begun(db, enrolment, lessons[0]), 10_000)
    (judged,) = preview(db, run).people
    rules = {check.rule: check for check in judged.reasons}
    assert rules["attendance"].passed is None
    assert rules["progress"].passed is False
    assert str(rules["progress"].notes[-1]) == "Enough would be: 2차시, 3차시 (20 minutes)"


def test_a_thousand_people_take_as_many_statements_as_one(db: Session, cyber: Cyber, mine: Enrolment) -> None:
    lessons = [a_lesson(db, cyber.course, title=f"{n}차시") for n in range(3)]
    a_lesson(db, cyber.course, "quiz", "평가", bank_id=a_bank(db, cyber.course).id, weight=100)
    counts = []
    for people in (1, 40):
        for number in range(people):
            enrolment = factories.an_enrolment(db, cyber.run, factories.a_person(db, f"학습자{people}-{number}"))
            db.add(
                LessonProgress(
                    enrolment_id=enrolment.id,
                    lesson_id=lessons[0].id,
                    progress=5000,
                    opened_at=clock.now(),
                    saved_at=clock.now(),
                )
            )
        db.commit()
        db.expire_all()
        counts.append(_statements(db, cyber))
    assert counts[0] == counts[1]


def _statements(db: Session, cyber: Cyber) -> int:
    run_id = cyber.run.id
    seen: list[str] = []
    connection = db.connection()

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    preview(db, cyber.run)
    progress.traces(db, run_id)
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)
