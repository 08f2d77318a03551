"""Question banks: five kinds of questions, written by hand and brought in as a file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.content import banks, queries
from courses.content.models import QuestionKind
from courses.content.questions import QuestionPlan, frozen, is_right, settled
from courses.errors import Refused
from courses.exchange import questions as file
from courses.exchange.writing import Sheet, csv_bytes, xlsx_bytes
from courses.people.models import Person
from tests import factories
from tests.client import Browser
from tests.content.scenes import a_bank

K = QuestionKind


@pytest.fixture
def course(db: Session) -> Course:
    return factories.a_course(db, "정보보호 기초", kind="cyber")


@pytest.mark.parametrize(
    ("kind", "answer", "given", "right"),
    [
        (K.SINGLE, [1], [1], True),
        (K.SINGLE, [1], [0], False),
        (K.SINGLE, [1], [], False),
        (K.SINGLE, [1], None, False),
        (K.MULTIPLE, [0, 2], [2, 0], True),
        (K.MULTIPLE, [0, 2], [0], False),
        (K.MULTIPLE, [0, 2], [0, 1, 2], False),
        (K.TRUE_FALSE, [0], [0], True),
        (K.TRUE_FALSE, [0], [1], False),
        (K.SHORT, ["개인정보 보호법"], ["개인정보보호법"], True),
        (K.SHORT, ["SQL", "구조화 질의 언어"], [" sql "], True),
        (K.SHORT, ["SQL"], ["ＳＱＬ문"], False),
        (K.SHORT, ["각"], ["\u1100\u1161\u11a8"], True),
        (K.SHORT, ["SQL"], [""], False),
        (K.SHORT, ["SQL"], ["SQL", "x"], False),
        (K.ORDER, [0, 1, 2], [0, 1, 2], True),
        (K.ORDER, [0, 1, 2], [0, 2, 1], False),
        (K.ORDER, [0, 1, 2], [0, 1], False),
    ],
)
def test_when_an_answer_is_right(kind: K, answer: list[Any], given: list[Any] | None, right: bool) -> None:
    assert is_right(kind, answer, given) is right


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (QuestionPlan(K.SINGLE, " ", ["가", "나"], [0]), "words"),
        (QuestionPlan(K.SINGLE, "?", ["가"], [0]), "choices"),
        (QuestionPlan(K.SINGLE, "?", ["가", " 가"], [0]), "choices"),
        (QuestionPlan(K.SINGLE, "?", [str(n) for n in range(11)], [0]), "choices"),
        (QuestionPlan(K.SINGLE, "?", ["가", "나"], []), "answer"),
        (QuestionPlan(K.SINGLE, "?", ["가", "나"], [0, 1]), "answer"),
        (QuestionPlan(K.SINGLE, "?", ["가", "나"], [2]), "answer"),
        (QuestionPlan(K.MULTIPLE, "?", ["가", "나"], []), "answer"),
        (QuestionPlan(K.TRUE_FALSE, "?", [], []), "answer"),
        (QuestionPlan(K.SHORT, "?", [], [" "]), "answer"),
        (QuestionPlan(K.ORDER, "?", ["가"], []), "choices"),
    ],
)
def test_a_question_nobody_could_answer_is_refused(plan: QuestionPlan, code: str) -> None:
    with pytest.raises(Refused) as refused:
        settled(plan)
    assert refused.value.code == code


def test_what_was_asked_stays_when_the_question_changes(db: Session, course: Course) -> None:
    (question, _other) = queries.questions(db, a_bank(db, course).id)
    asked = frozen(question)
    banks.change_question(db, None, question, QuestionPlan(K.TRUE_FALSE, "다른 문장", answer=[1]))
    assert (asked["words"], asked["answer"], asked["choices"]) == ("문장 0", [0], ["O", "X"])


def test_a_retired_question_is_drawn_no_more(db: Session, course: Course) -> None:
    bank = a_bank(db, course)
    question = queries.questions(db, bank.id)[0]
    banks.retire_question(db, None, question)
    assert len(queries.questions(db, bank.id)) == 1
    assert len(queries.questions(db, bank.id, retired=True)) == 2
    banks.restore_question(db, None, question)
    assert len(queries.questions(db, bank.id)) == 2


# The pages.


def a_bank_by_hand(client: Browser, db: Session, course: Course, dan: Person) -> int:
    client.sign_in(dan).get(f"/operations/courses/{course.id}/banks")
    client.post(f"/operations/courses/{course.id}/banks", 422, data={"title": " "})
    client.post(f"/operations/courses/{course.id}/banks", data={"title": "최종평가"})
    return queries.banks(db, course.id)[0].id


FORMS: dict[K, dict[str, object]] = {
    K.SINGLE: {"choices-0": "가", "choices-1": "", "choices-2": "나", "right": "2"},
    K.MULTIPLE: {"choices-0": "가", "choices-1": "나", "choices-2": "다", "right": ["0", "2"]},
    K.TRUE_FALSE: {"truth": "1"},
    K.SHORT: {"accepted": "SQL\n\n 구조화 질의 언어 "},
    K.ORDER: {"steps": "계획\n실행\n평가"},
}


@pytest.mark.parametrize(
    ("kind", "choices", "answer"),
    [
        (K.SINGLE, ["가", "나"], [1]),
        (K.MULTIPLE, ["가", "나", "다"], [0, 2]),
        (K.TRUE_FALSE, ["O", "X"], [1]),
        (K.SHORT, [], ["SQL", "구조화 질의 언어"]),
        (K.ORDER, ["계획", "실행", "평가"], [0, 1, 2]),
    ],
)
def test_every_kind_is_written_and_shown_again_without_javascript(
    client: Browser, db: Session, course: Course, dan: Person, kind: K, choices: list[str], answer: list[Any]
) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    url = f"/operations/banks/{bank_id}/questions/new?kind={kind.value}"
    client.get(url)
    client.post(url, data={"words": "무엇입니까?", "explanation": "해설", **FORMS[kind]})
    (question,) = queries.questions(db, bank_id)
    assert (question.choices, question.answer, question.explanation) == (choices, answer, "해설")
    client.get(f"/operations/banks/{bank_id}")
    client.get(f"/operations/questions/{question.id}")
    client.post(f"/operations/questions/{question.id}", data={"words": "바꿈", "explanation": "", **FORMS[kind]})
    assert (question.words, question.choices, question.answer) == ("바꿈", choices, answer)
    client.post(f"/operations/questions/{question.id}/retirement")
    assert "Retired questions" in client.get(f"/operations/banks/{bank_id}").text
    client.post(f"/operations/questions/{question.id}/return")
    assert len(queries.questions(db, bank_id)) == 1


def test_a_question_without_a_right_answer_says_so_and_keeps_what_was_written(
    client: Browser, db: Session, course: Course, dan: Person
) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    url = f"/operations/banks/{bank_id}/questions/new?kind=single"
    page = client.post(url, 409, data={"words": "무엇?", "choices-0": "가나다", "choices-1": "라마바"}).text
    assert "Say which answer is right" in page
    assert "가나다" in page
    page = client.post(url, 422, data={"words": "", "choices-0": "가나다"}).text
    assert "Write what is asked" in page
    client.post(url, 422, data={"words": "x", "choices-0": "가", "choices-1": "나", "right": "99"})
    assert queries.questions(db, bank_id) == []


def test_a_bank_goes_out_and_comes_back_the_same(client: Browser, db: Session, course: Course, dan: Person) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    for kind, values in FORMS.items():
        client.post(
            f"/operations/banks/{bank_id}/questions/new?kind={kind.value}",
            data={"words": f"=문제 {kind.value}", "explanation": "해설", **values},
        )
    other = banks.add_bank(db, None, course.id, "사본")
    db.commit()
    for ending in ("csv", "xlsx"):
        data = client.get(f"/operations/banks/{bank_id}/questions.{ending}").data
        answer = {"file": (io.BytesIO(data), f"문제.{ending}")}
        client.post(f"/operations/banks/{other.id}/questions", data=answer)
    wanted = [frozen(one) | {"id": 0} for one in queries.questions(db, bank_id)]
    assert [frozen(one) | {"id": 0} for one in queries.questions(db, other.id)] == wanted * 2
    client.get(f"/operations/banks/{bank_id}/questions.pdf", 404)


HEADINGS = ["유형", "문제", "보기1", "보기2", "정답"]
BAD = [
    ["단일 선택", "가?", "하나", "둘", "3"],
    ["O·X", "나?", "", "", "아마"],
    ["주관식", "다?", "", "", "x"],
    ["단답형", "", "", "", "x"],
    ["순서 배열", "마?", "하나", "", ""],
    ["복수 선택", "바?", "하나", "둘", "1, 2"],
]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_with_bad_rows_adds_nothing_and_names_them(
    client: Browser, db: Session, course: Course, dan: Person, ending: str
) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    data = csv_bytes(HEADINGS, BAD) if ending == "csv" else xlsx_bytes([Sheet("x", HEADINGS, BAD)])
    page = client.post(
        f"/operations/banks/{bank_id}/questions", 422, data={"file": (io.BytesIO(data), f"a.{ending}")}
    ).text
    for words in (
        "not the number of a choice",
        "neither true nor false",
        "kind of question is not known",
        "문제",
        "유형",
    ):
        assert words in page
    assert queries.questions(db, bank_id) == []


def test_a_file_that_is_no_table_is_refused_whole(client: Browser, db: Session, course: Course, dan: Person) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    url = f"/operations/banks/{bank_id}/questions"
    assert "is empty" in client.post(url, 422, data={"file": (io.BytesIO(b""), "a.csv")}).text
    assert "Choose a file first" in client.post(url, 422, data={}).text
    page = client.post(url, 422, data={"file": (io.BytesIO("이름,나이\n가,1\n".encode()), "a.csv")}).text
    assert "No row with headings" in page


def test_english_headings_and_words_are_read_too() -> None:
    data = b"type,question,choice 1,choice 2,answer\nsingle,Which?,one,two,2\ntrue_false,So?,,,false\n"
    good, bad, _headings = file.questions(data, "a.csv")
    assert not bad
    assert [plan.answer for plan in good] == [[1], [1]]


def test_a_bank_is_renamed(client: Browser, db: Session, course: Course, dan: Person) -> None:
    bank_id = a_bank_by_hand(client, db, course, dan)
    client.post(f"/operations/banks/{bank_id}", data={"title": "중간평가"})
    assert queries.banks(db, course.id)[0].title == "중간평가"
    client.post(f"/operations/banks/{bank_id}", 422, data={"title": ""})
