"""Lessons written, ordered, retired and copied by the officer."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.content import authoring, queries, readiness
from courses.content.authoring import LessonPlan
from courses.content.models import Lesson
from courses.errors import Conflict, Refused
from courses.events.models import Event
from courses.files.actions import stored
from courses.files.models import StoredFile
from courses.people.models import Person
from lms.files import Files
from tests import factories
from tests.client import Browser
from tests.content.samples import MP4, PDF, SVG, png
from tests.content.scenes import a_bank, a_cyber_course, a_lesson, with_file

VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n안녕하십니까\n"


@pytest.fixture
def kept(app: Flask) -> Files:
    store: Files = app.extensions["files"]
    return store


@pytest.fixture
def course(db: Session) -> Course:
    return factories.a_course(db, "정보보호 기초", kind="cyber")


def titles(db: Session, course: Course) -> list[str]:
    return [lesson.title for lesson in queries.lessons(db, course.id)]


def test_lessons_stand_in_the_order_they_were_added(db: Session, course: Course) -> None:
    for title in ("하나", "둘", "셋"):
        a_lesson(db, course, title=title)
    assert titles(db, course) == ["하나", "둘", "셋"]


@pytest.mark.parametrize(
    ("title", "step", "after"),
    [
        ("셋", -1, ["하나", "셋", "둘"]),
        ("하나", 1, ["둘", "하나", "셋"]),
        ("하나", -1, ["하나", "둘", "셋"]),
        ("셋", 1, ["하나", "둘", "셋"]),
    ],
)
def test_a_lesson_moves_and_stays_at_the_ends(
    db: Session, course: Course, title: str, step: int, after: list[str]
) -> None:
    lessons = {name: a_lesson(db, course, title=name) for name in ("하나", "둘", "셋")}
    authoring.move(db, None, lessons[title], step)
    assert titles(db, course) == after


def test_a_retired_lesson_is_kept_and_comes_back_behind_the_others(db: Session, course: Course) -> None:
    first, _second = a_lesson(db, course, title="하나"), a_lesson(db, course, title="둘")
    authoring.retire(db, None, first)
    assert titles(db, course) == ["둘"]
    with pytest.raises(Refused, match="Take it back"):
        authoring.move(db, None, first, 1)
    authoring.restore(db, None, first)
    assert titles(db, course) == ["둘", "하나"]


def test_every_change_is_an_event(db: Session, course: Course, dan: Person) -> None:
    lesson = a_lesson(db, course)
    authoring.change(db, dan.id, lesson, LessonPlan("새 제목", 20))
    authoring.change(db, dan.id, lesson, LessonPlan("새 제목", 20))
    events = db.scalars(select(Event).where(Event.kind == "changed", Event.actor_id == dan.id)).all()
    assert [event.data["after"] for event in events] == [{"title": "새 제목", "minutes": 20, "body": ""}]


def test_who_was_second_to_change_a_lesson_is_told_so(db: Session, course: Course) -> None:
    lesson = a_lesson(db, course)
    seen = authoring.mark(lesson)
    authoring.change(db, None, lesson, LessonPlan("A", 10), seen=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        authoring.change(db, None, lesson, LessonPlan("B", 10), seen=seen)
    assert lesson.title == "A"


def test_a_quiz_takes_only_a_bank_of_its_own_course(db: Session, course: Course) -> None:
    foreign = a_bank(db, factories.a_course(db, "다른 과정", kind="cyber"))
    with pytest.raises(Refused, match="another course"):
        a_lesson(db, course, "quiz", bank_id=foreign.id)


def test_a_course_is_copied_with_its_lessons_banks_and_files(db: Session, course: Course, kept: Files) -> None:
    bank = a_bank(db, course, 3)
    film = with_file(db, a_lesson(db, course, "video", "동영상"), kept, MP4, "video/mp4")
    a_lesson(db, course, "quiz", "중간평가", bank_id=bank.id, weight=40, opens_at=5000)
    authoring.retire(db, None, a_lesson(db, course, title="옛 차시"))
    other = factories.a_course(db, "새 과정", kind="cyber")
    a_lesson(db, other, title="먼저")
    assert authoring.copy_lessons(db, None, course.id, other.id) == 2
    first, second, third = queries.lessons(db, other.id)
    assert (first.title, second.title, third.title) == ("먼저", "동영상", "중간평가")
    assert (second.file_sha256, second.seconds) == (film.file_sha256, 60)
    assert third.bank_id != bank.id
    assert [one.questions for one in queries.banks(db, other.id)] == [3]
    assert (third.weight, third.opens_at) == (40, 5000)


def test_a_course_that_is_duplicated_brings_its_lessons(
    client: Browser, db: Session, course: Course, dan: Person
) -> None:
    a_lesson(db, course)
    client.sign_in(dan).post(f"/operations/courses/{course.id}/copies")
    (copied,) = db.scalars(select(Course).where(Course.title == "정보보호 기초 (copy)"))
    assert titles(db, copied) == ["첫 차시"]


def test_what_is_missing_is_named(db: Session, kept: Files) -> None:
    course = factories.a_course(db, "평가 과정", kind="cyber", scored=True)
    assert readiness.missing_for_a_run(db, course) == []
    film = a_lesson(db, course, "video", "동영상")
    a_lesson(db, course, title="빈 본문", body=" ")
    quiz = a_lesson(db, course, "quiz", "평가", weight=40)
    assert [one.msgid.split("’ ")[-1] for one in readiness.missing_for_a_run(db, course)] == [
        "has no file yet.",
        "has no words yet.",
        "has no question bank yet.",
        "The weights of the quizzes make %(total)s %%, and must make 100 %%.",
    ]
    with_file(db, film, kept, MP4, "video/mp4")
    quiz.bank_id, quiz.draw = a_bank(db, course, 2).id, 3
    assert "draws 3 questions, but its bank has 2" in str(readiness.missing_for_a_run(db, course)[1])
    quiz.draw, quiz.weight = 2, 100
    assert [str(one) for one in readiness.missing_for_a_run(db, course)] == ["‘빈 본문’ has no words yet."]


# The pages.


def form(**changed: object) -> dict[str, object]:
    return {"title": "개인정보란", "minutes": "15", "opens_at": "0", "body": "# 개인정보", **changed}


def test_the_officer_adds_a_lesson_without_javascript(
    client: Browser, db: Session, course: Course, dan: Person
) -> None:
    client.sign_in(dan).get(f"/operations/courses/{course.id}/lessons")
    client.get(f"/operations/courses/{course.id}/lessons/new?kind=text")
    answer = client.post(f"/operations/courses/{course.id}/lessons/new?kind=text", data=form(opens_at="50"))
    (lesson,) = queries.lessons(db, course.id)
    assert (lesson.title, lesson.minutes, lesson.opens_at) == ("개인정보란", 15, 5000)
    assert "‘개인정보란’ is added" in client.get(answer.location).text


@pytest.mark.parametrize("kind", ["text", "image", "audio", "video", "document", "quiz"])
def test_every_kind_has_its_form(client: Browser, course: Course, dan: Person, kind: str) -> None:
    page = client.sign_in(dan).get(f"/operations/courses/{course.id}/lessons/new?kind={kind}").text
    assert ("Weight in the course" in page) == (kind == "quiz")
    assert ("People may skip ahead" in page) == (kind in ("audio", "video"))


def test_an_unknown_kind_is_not_found(client: Browser, course: Course, dan: Person) -> None:
    client.sign_in(dan).get(f"/operations/courses/{course.id}/lessons/new?kind=game", 404)


def test_a_bad_form_says_so_and_keeps_what_was_written(
    client: Browser, db: Session, course: Course, dan: Person
) -> None:
    bad = form(title=" ", minutes="viele", opens_at="101")
    page = client.sign_in(dan).post(f"/operations/courses/{course.id}/lessons/new?kind=text", 422, data=bad).text
    for words in ("Enter a title", "Enter a whole number", "Enter a number from 0 to 100", "# 개인정보"):
        assert words in page
    assert titles(db, course) == []


def test_words_are_looked_at_without_saving(client: Browser, db: Session, course: Course, dan: Person) -> None:
    lesson = a_lesson(db, course)
    seen = authoring.mark(lesson)
    url = f"/operations/lessons/{lesson.id}"
    page = client.sign_in(dan).post(url, 200, data=form(body="## 새 **말**", look="1", seen=seen)).text
    assert "<h2>새 <strong>말</strong></h2>" in page
    assert lesson.title == "첫 차시"
    piece = client.post("/operations/lessons/words", 200, data={"body": "<b onclick=x>!</b>"}).text
    assert "&lt;b onclick=x&gt;" in piece
    assert "<html" not in piece


def test_a_lesson_is_changed_on_its_page(client: Browser, db: Session, course: Course, dan: Person) -> None:
    lesson = a_lesson(db, course)
    url = f"/operations/lessons/{lesson.id}"
    client.sign_in(dan).get(url)
    seen = authoring.mark(lesson)
    client.post(url, data=form(seen=seen))
    assert lesson.title == "개인정보란"
    page = client.post(url, 409, data=form(seen=seen, title="다른 사람")).text
    assert "meanwhile" in page
    assert "다른 사람" in page
    assert lesson.title == "개인정보란"


def test_a_picture_is_put_behind_the_words(client: Browser, db: Session, course: Course, dan: Person) -> None:
    lesson = a_lesson(db, course)
    url, seen = f"/operations/lessons/{lesson.id}", authoring.mark(lesson)
    client.sign_in(dan).post(url, 422, data=form(seen=seen, picture=(io.BytesIO(png()), "a.png")))
    sent = form(seen=seen, picture=(io.BytesIO(png()), "a.png"), shows="절차 그림")
    client.post(url, data=sent)
    assert lesson.body.startswith("# 개인정보\n\n![절차 그림](picture:")
    assert 'alt="절차 그림"' in client.get(url).text


def test_a_lesson_is_moved_duplicated_and_retired_by_plain_forms(
    client: Browser, db: Session, course: Course, dan: Person
) -> None:
    first, second = a_lesson(db, course, title="하나"), a_lesson(db, course, title="둘")
    client.sign_in(dan).post(f"/operations/lessons/{second.id}/position", data={"step": "up"})
    assert titles(db, course) == ["둘", "하나"]
    piece = client.post(
        f"/operations/lessons/{second.id}/position", 200, data={"step": "down"}, headers={"HX-Request": "true"}
    ).text
    assert "<html" not in piece
    assert titles(db, course) == ["하나", "둘"]
    client.post(f"/operations/lessons/{first.id}/copy")
    assert titles(db, course) == ["하나", "둘", "하나 (copy)"]
    client.post(f"/operations/lessons/{first.id}/retirement")
    assert titles(db, course) == ["둘", "하나 (copy)"]
    assert "Retired lessons" in client.get(f"/operations/courses/{course.id}/lessons").text
    client.post(f"/operations/lessons/{first.id}/return")
    assert titles(db, course) == ["둘", "하나 (copy)", "하나"]


def sent(data: bytes, name: str, **more: str) -> dict[str, object]:
    return {"file": (io.BytesIO(data), name), **more}


def test_a_film_is_sent_with_its_length_and_captions(
    client: Browser, db: Session, course: Course, dan: Person, kept: Files
) -> None:
    lesson = a_lesson(db, course, "video")
    url = f"/operations/lessons/{lesson.id}"
    page = client.sign_in(dan).post(f"{url}/file", 409, data=sent(MP4, "강의.mp4")).text
    assert "Enter the length" in page
    assert lesson.file_sha256 is None
    client.post(f"{url}/file", data=sent(MP4, "강의.mp4", length="2:05"))
    assert (lesson.filename, lesson.seconds) == ("강의.mp4", 125)
    assert kept.read(str(lesson.file_sha256)) == MP4
    bad = {"language": "ko", "words": "WEBVTT\n\n00:04.000 --> 00:01.000\n뒤집힘"}
    page = client.post(f"{url}/captions", 409, data=bad).text
    assert "Captions, line 3: The end is not after the beginning." in page
    assert "뒤집힘" in page
    client.post(f"{url}/captions", data={"language": "ko", "words": VTT})
    assert client.get(f"/lessons/{lesson.id}/captions.vtt").text == VTT
    assert "안녕하십니까" in client.get(url).text
    client.post(f"{url}/captions", data={"language": "en", "captions": (io.BytesIO(VTT.encode()), "a.vtt")})
    assert lesson.captions_language == "en"
    client.post(f"{url}/captions/removal")
    client.get(f"/lessons/{lesson.id}/captions.vtt", 404)


def test_a_new_film_makes_the_old_captions_void(db: Session, course: Course, kept: Files) -> None:
    lesson = with_file(db, a_lesson(db, course, "video"), kept, MP4, "video/mp4")
    authoring.caption(db, None, lesson, stored(db, "c" * 64, 5, "text/vtt"), "ko")
    with_file(db, lesson, kept, MP4, "video/mp4")
    assert lesson.captions_sha256
    with_file(db, lesson, kept, MP4 + b"\0", "video/mp4")
    assert lesson.captions_sha256 is None


@pytest.mark.parametrize(
    ("kind", "data", "name", "words"),
    [
        ("image", SVG, "그림.png", "is an SVG"),
        ("image", PDF, "그림.png", "그림.png is none of these: PNG, JPEG, GIF or WebP"),
        ("document", MP4, "지침.pdf", "지침.pdf is none of these: PDF"),
        ("video", b"", "강의.mp4", "강의.mp4 is empty"),
        ("audio", MP4, "강의.mp3", "MP3, M4A, Ogg or WAV"),
    ],
)
def test_a_wrong_file_is_refused_by_its_content_and_nothing_is_kept(
    client: Browser,
    db: Session,
    course: Course,
    dan: Person,
    kept: Files,
    kind: str,
    data: bytes,
    name: str,
    words: str,
) -> None:
    lesson = a_lesson(db, course, kind)
    before = kept.names()
    page = client.sign_in(dan).post(f"/operations/lessons/{lesson.id}/file", 409, data=sent(data, name, length="1:00"))
    assert words in page.text
    assert kept.names() == before
    assert lesson.file_sha256 is None
    assert not db.scalar(select(StoredFile).where(StoredFile.media_type == "image/svg+xml"))


def test_only_officers_may_send_much_and_only_files_of_lessons(
    client: Browser, db: Session, course: Course, dan: Person, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.app.config, "MAX_CONTENT_LENGTH", 1000)
    lesson = a_lesson(db, course, "video")
    large = MP4 + b"\0" * 5000
    client.sign_in(dan).post(f"/operations/lessons/{lesson.id}/file", data=sent(large, "a.mp4", length="1:00"))
    client.post(f"/operations/lessons/{lesson.id}/captions", 413, data={"words": "x" * 5000, "language": "ko"})
    client.sign_in(eve).post(f"/operations/lessons/{lesson.id}/file", 413, data=sent(large, "a.mp4"))


def test_a_lesson_without_a_file_takes_none(client: Browser, db: Session, course: Course, dan: Person) -> None:
    lesson = a_lesson(db, course)
    client.sign_in(dan).post(f"/operations/lessons/{lesson.id}/file", 422, data=sent(PDF, "a.pdf"))
    assert lesson.file_sha256 is None


def test_a_preview_shows_the_lesson_and_records_nothing(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    scene = a_cyber_course(db, ana)
    quiz = a_lesson(db, scene.course, "quiz", "평가", bank_id=a_bank(db, scene.course).id)
    before = len(db.scalars(select(Event)).all())
    page = client.sign_in(dan).get(f"/operations/lessons/{quiz.id}/preview").text
    assert "문장 1" in page
    assert len(db.scalars(select(Event)).all()) == before


ADDRESSES = [
    ("get", "/operations/courses/{course}/lessons"),
    ("get", "/operations/courses/{course}/lessons/new?kind=text"),
    ("post", "/operations/courses/{course}/lessons/new?kind=text"),
    ("get", "/operations/courses/{course}/banks"),
    ("post", "/operations/courses/{course}/banks"),
    ("get", "/operations/lessons/{lesson}"),
    ("post", "/operations/lessons/{lesson}"),
    ("get", "/operations/lessons/{lesson}/preview"),
    ("post", "/operations/lessons/words"),
    *(
        ("post", f"/operations/lessons/{{lesson}}/{what}")
        for what in ("position", "copy", "retirement", "return", "file")
    ),
    ("post", "/operations/lessons/{lesson}/captions"),
    ("post", "/operations/lessons/{lesson}/captions/removal"),
    ("get", "/operations/banks/{bank}"),
    ("post", "/operations/banks/{bank}"),
    ("get", "/operations/banks/{bank}/questions.csv"),
    ("post", "/operations/banks/{bank}/questions"),
    ("get", "/operations/banks/{bank}/questions/new?kind=single"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_employees_reach_nothing_of_this_even_of_their_own_course(
    client: Browser, db: Session, ana: Person, method: str, address: str
) -> None:
    course = a_cyber_course(db, ana).course
    ids = {"course": course.id, "lesson": a_lesson(db, course).id, "bank": a_bank(db, course).id}
    getattr(client.sign_in(ana), method)(address.format(**ids), 403)
    assert titles(db, course) == ["첫 차시"]


def test_instructors_look_at_lessons_of_their_runs_and_change_none(
    client: Browser, db: Session, ana: Person, cleo: Person
) -> None:
    scene, other = a_cyber_course(db, ana, teachers=(cleo,)), a_cyber_course(db, ana)
    lesson, foreign = a_lesson(db, scene.course), a_lesson(db, other.course)
    page = client.sign_in(cleo).get(f"/operations/courses/{scene.course.id}/lessons").text
    assert "Retire" not in page
    assert "Add a lesson" not in page
    client.get(f"/operations/lessons/{lesson.id}/preview")
    client.get(f"/operations/courses/{other.course.id}/lessons", 404)
    client.get(f"/operations/lessons/{foreign.id}/preview", 404)
    client.get(f"/operations/lessons/{lesson.id}", 403)
    client.post(f"/operations/lessons/{lesson.id}/retirement", 403)


def test_a_long_course_takes_no_more_queries(client: Browser, db: Session, course: Course, dan: Person) -> None:
    for number in range(60):
        a_lesson(db, course, title=f"{number + 1}차시 " + "행정정보 공동이용을 위한 " * 4)
    assert "60 lessons" in client.sign_in(dan).get(f"/operations/courses/{course.id}/lessons").text
    assert db.scalars(select(Lesson.id).where(Lesson.course_id == course.id)).all()
