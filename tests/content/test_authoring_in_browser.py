"""An officer writes a course of five lessons: with a film, its captions, a quiz, and in another order."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courses.catalogue.models import Course
from courses.content import queries
from lms.demo.load import FOLDER
from tests import factories
from tests.content.samples import png
from tests.content.scenes import a_bank, a_lesson
from tests.live import Browse, Live, follow, overflows
from tests.web.test_pages import faults

pytestmark = pytest.mark.browser

FILM, CAPTIONS = FOLDER / "data/lesson.webm", (FOLDER / "data/lesson.vtt").read_text(encoding="utf-8")


@pytest.fixture
def course_url(live: Live) -> str:
    return f"/operations/courses/{factories.a_course(live.db, '정보보호 기초', kind='cyber', scored=True).id}"


def test_an_officer_writes_a_course(live: Live, browse: Browse, course_url: str, tmp_path: Path) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, language="en")
    lessons = f"{course_url}/lessons"
    page.goto(lessons)
    write_words(page)
    send_a_picture(page, lessons, tmp_path)
    send_a_film(page, lessons)
    add_a_document(page, lessons)
    write_a_quiz(page, course_url)
    page.goto(lessons)
    assert titles(page) == ["Words", "Picture", "Film", "Document", "Quiz"]
    expect(page.locator(".note")).to_contain_text("‘Document’ has no file yet.")
    move_the_last_one_up(page)
    assert titles(page) == ["Words", "Picture", "Film", "Quiz", "Document"]
    look_through(page)


def write_words(page: Page) -> None:
    page.get_by_role("link", name="Words").click()
    page.get_by_label("Title of the lesson").fill("Words")
    page.get_by_label("Words of the lesson").fill("# 개인정보\n\n**중요한** 말")
    expect(page.locator("#look h2").nth(1)).to_have_text("개인정보")
    expect(page.locator("#look strong")).to_have_text("중요한")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Words")


def send_a_picture(page: Page, lessons: str, folder: Path) -> None:
    page.goto(lessons)
    page.get_by_role("link", name="Picture").click()
    page.get_by_label("Title of the lesson").fill("Picture")
    page.get_by_role("button", name="Save").click()
    (folder / "그림.png").write_bytes(png())
    page.locator("#file").set_input_files(folder / "그림.png")
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("img.lesson-picture")).to_be_visible()
    assert page.locator("img.lesson-picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 8


def send_a_film(page: Page, lessons: str) -> None:
    page.goto(lessons)
    page.get_by_role("link", name="Video").click()
    page.get_by_label("Title of the lesson").fill("Film")
    page.get_by_role("button", name="Save").click()
    page.locator("#file").set_input_files(FILM)
    expect(page.locator("#length")).to_have_value("2:00")
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("video")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("The file is kept")
    known = "film.readyState >= 1 || new Promise(done => film.addEventListener('loadedmetadata', () => done(true)))"
    page.locator("video").evaluate(f"film => {known}")
    assert page.locator("video").evaluate("film => Math.round(film.duration)") == 120
    field = page.get_by_label("Captions", exact=True)
    field.fill("WEBVTT\n\n00:04.000 --> 00:01.000\n뒤집힘")
    page.get_by_role("button", name="Save the captions").click()
    expect(page.locator(".errors")).to_contain_text("line 3")
    field.fill(CAPTIONS)
    page.get_by_role("button", name="Save the captions").click()
    expect(page.locator("track")).to_have_attribute("srclang", "ko")
    assert page.evaluate("fetch(document.querySelector('track').src).then(answer => answer.text())") == CAPTIONS
    assert not faults(page)


def add_a_document(page: Page, lessons: str) -> None:
    page.goto(lessons)
    page.get_by_role("link", name="Document").click()
    page.get_by_label("Title of the lesson").fill("Document")
    page.get_by_role("button", name="Save").click()
    page.locator("#file").set_input_files(FILM)
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator(".errors")).to_contain_text("lesson.webm is none of these: PDF")
    expect(page.locator(".errors")).to_be_focused()


def write_a_quiz(page: Page, course_url: str) -> None:
    page.goto(f"{course_url}/banks")
    page.get_by_label("Name of the bank").fill("Bank")
    page.get_by_role("button", name="Add a bank").click()
    page.get_by_role("link", name="One answer").click()
    page.get_by_label("What is asked").fill("무엇입니까?")
    page.get_by_label("Choice 1", exact=True).fill("가")
    page.get_by_label("Choice 2", exact=True).fill("나")
    page.get_by_label("Choice 2 is right").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{course_url}/lessons")
    page.get_by_role("link", name="Quiz").click()
    page.get_by_label("Title of the lesson").fill("Quiz")
    page.get_by_label("Open from a progress of").fill("50")
    page.get_by_label("Question bank").select_option(label="Bank (1)")
    page.get_by_label("Weight in the course").fill("100")
    follow(page.get_by_role("button", name="Save"))


def titles(page: Page) -> list[str]:
    return page.locator("tbody tr th").all_inner_texts()


def move_the_last_one_up(page: Page) -> None:
    """By keyboard: the button keeps the focus, so that it can be pressed again."""
    button = page.locator("tbody tr").last.get_by_role("button", name="Up", exact=True)
    identity = button.get_attribute("id")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr th").nth(3)).to_have_text("Quiz")
    expect(page.locator(":focus")).to_have_attribute("id", str(identity))


def look_through(page: Page) -> None:
    follow(page.locator("tbody tr").first.get_by_role("link", name="Preview"))
    for title in ("Picture", "Film", "Quiz", "Document"):
        assert not faults(page)
        follow(page.get_by_role("link", name=title))
        expect(page.locator("h1")).to_have_text(title)


def test_a_lesson_is_written_without_javascript(live: Live, browse: Browse, course_url: str) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, language="en", width=390, javascript=False)
    page.goto(f"{course_url}/lessons")
    page.get_by_role("link", name="Video").click()
    page.get_by_label("Title of the lesson").fill("Film")
    page.get_by_label("Words of the lesson").fill("**보십시오**")
    page.get_by_role("button", name="Look at the words").click()
    expect(page.locator("#look strong")).to_have_text("보십시오")
    page.get_by_role("button", name="Save").click()
    page.locator("#file").set_input_files(FILM)
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator(".errors")).to_contain_text("Enter the length")
    page.locator("#file").set_input_files(FILM)
    page.locator("#length").fill("2:00")
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("video")).to_be_visible()
    page.goto(f"{course_url}/lessons")
    follow(page.get_by_role("button", name="Duplicate"))
    page.goto(f"{course_url}/lessons")
    follow(page.locator("tbody tr").last.get_by_role("button", name="Up", exact=True))
    expect(page.locator("tbody tr th")).to_have_text(["Film (copy)", "Film"])
    follow(page.locator("tbody tr").last.get_by_role("button", name="Retire"))
    (left,) = queries.lessons(live.db, int(course_url.rsplit("/", 1)[1]))
    assert (left.title, left.seconds) == ("Film (copy)", 120)


def test_what_is_not_saved_is_not_left_by_mistake(live: Live, browse: Browse, course_url: str) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, language="en")
    page.goto(f"{course_url}/lessons/new?kind=text")
    page.get_by_label("Title of the lesson").press_sequentially("Words")
    page.on("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.locator(".crumb a").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    expect(page.get_by_label("Title of the lesson")).to_have_value("Words")


@pytest.mark.drawn
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [1280, 320])
def test_long_names_and_many_lessons_fit(
    live: Live, browse: Browse, course_url: str, language: str, width: int
) -> None:
    db, dan = live.db, factories.a_person(live.db, "최단", roles=["officer"])
    course = db.get_one(Course, int(course_url.rsplit("/", 1)[1]))
    long = "행정정보 공동이용을 위한 공간정보시스템 고급 활용과 데이터 시각화 실무 (개인정보 점검 실습 포함)"
    for number in range(20):
        lesson = a_lesson(db, course, "quiz", f"{number + 1}차시. {long}", opens_at=5000)
    bank = a_bank(db, course, 30)
    page = browse(dan, language=language, width=width, dark=width == 320)
    for address in (
        f"{course_url}/lessons",
        f"/operations/lessons/{lesson.id}",
        f"{course_url}/banks",
        f"/operations/banks/{bank.id}",
        f"/operations/banks/{bank.id}/questions/new?kind=multiple",
    ):
        page.goto(address)
        assert not faults(page), address
        assert not overflows(page), address
