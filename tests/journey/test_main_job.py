"""The promise of the product in one path: files → run → enrolment → attendance → closing → certificate → figures."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from courses import clock
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Period, Run
from lms import keys
from lms.auth import passwords
from lms.jobs.worker import Worker
from tests import factories
from tests.live import Browse, Live, follow

pytestmark = pytest.mark.browser

PASSWORD = "a long enough one"
FILES = {
    "organisation": "부서코드,상위부서코드,부서명,직제순\n1,,한빛시,0\n2,1,행정국,1\n3,2,총무과,2\n",
    "staff": (
        "사번,성명,영문성명,부서코드,소속,직종,직렬,직급,직위,담당업무,전자우편,임용일,재직상태\n"
        "200100001,김하늘,Kim Haneul,3,행정국 총무과,일반직,행정,7급,,,haneul@city.example,2001-03-02,재직\n"
        "199900002,이도현,Lee Dohyeon,3,행정국 총무과,일반직,전산,6급,팀장,,dohyeon@city.example,1999-03-02,재직\n"
    ),
    "rooms": "교육장코드,교육장,좌석,PC\nR01,본관 전산교육장 1,30,30\n",
    "instructors": "구분,사번,성명,소속기관,전자우편\n내부,199900002,이도현,,\n",
    "catalogue": "과정코드,교육형태,분야,과정명,구분,교육시간,정원,평가여부\nC004,출석,,엑셀 기초,일반,7,30,N\n",
}
WORDS = {  # one word of each page that shows that it speaks the language
    "ko": {"enrolled": "수강 확정", "run": "차수", "figures": "연인원", "valid": "한빛시장"},
    "en": {"enrolled": "Enrolled", "run": "Run", "figures": "Attendances", "valid": "한빛시장"},
}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_the_staff_file_to_the_figures(live: Live, browse: Browse, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    officer = sign_in_as_officer(live, browse, language)
    bring_in_the_files(officer, tmp_path)
    run_id = plan_and_publish(officer)
    haneul = enrol(live, browse, language, words["enrolled"])
    the_days_pass(live, run_id)
    take_attendance(live, browse, language)
    close(officer, run_id)
    certify(officer, run_id)
    work_is_done(live)
    verified = download_and_verify(live, haneul, tmp_path)
    assert "김*늘" in verified
    see_the_figures(officer, words["figures"])


def sign_in_as_officer(live: Live, browse: Browse, language: str) -> Page:
    """By hand, with a password."""
    dan = factories.a_person(live.db, "최단", roles=["officer"], password_hash=passwords.hash_password(PASSWORD))
    page = browse(None, language=language)
    page.goto("/")
    page.fill("[name=login]", str(dan.employee_no))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    switch(page, language)
    return page


def switch(page: Page, language: str) -> None:
    """The account speaks Korean; change it with the switch in the bar."""
    if page.locator("html").get_attribute("lang") != language:
        follow(page.locator(f"form[action='/language']:has([name=language][value={language}]) button").first)
    expect(page.locator("html")).to_have_attribute("lang", language)


def bring_in_the_files(page: Page, folder: Path) -> None:
    """Each: choose, look at the preview, import. The same file again changes nothing."""
    for kind, content in FILES.items():
        path = folder / f"{kind}.csv"
        path.write_bytes(b"\xef\xbb\xbf" + content.encode().replace(b"\n", b"\r\n"))
        preview(page, kind, path)
        follow(page.locator("form[action$='/application'] button").first)
    preview(page, "staff", folder / "staff.csv")
    assert page.locator(".tally dd").all_inner_texts()[:3] == ["0", "0", "2"]  # added, changed, left alone


def preview(page: Page, kind: str, path: Path) -> None:
    page.goto(f"/imports?kind={kind}")
    page.set_input_files("input[type=file]", path)
    page.locator("main form:has(input[type=file]) button").last.click()
    page.wait_for_url(re.compile(r"/imports/\d+"))


def plan_and_publish(page: Page) -> int:
    """A run in two weeks, laid out, with room and instructor; its sessions seen before it is published."""
    page.goto("/operations/runs/new")
    follow(page.locator("#results a[href*='course=']"))
    page.fill("[name=first]", (clock.today() + timedelta(days=14)).isoformat())
    page.select_option("[name=room]", label=room_option(page))
    page.select_option("[name=teachers-0]", label=option_with(page, "[name=teachers-0]", "이도현"))
    page.select_option("[name=mode]", "first_come")
    page.fill("[name=apply_until]", (clock.local(clock.now()) + timedelta(days=7)).strftime("%Y-%m-%dT18:00"))
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/operations/runs/\d+$"))
    run_id = int(page.url.rsplit("/", 1)[1])
    follow(page.locator(f"form[action='/operations/runs/{run_id}/publication'] button"))
    return run_id


def room_option(page: Page) -> str:
    return option_with(page, "[name=room]", "본관 전산교육장 1")


def option_with(page: Page, select_: str, words: str) -> str:
    options = page.locator(f"{select_} option").all_inner_texts()
    return next(option for option in options if words in option)


def enrol(live: Live, browse: Browse, language: str, enrolled: str) -> Page:
    """Three letters find the run, one click enrols, one undoes it."""
    person = live.db.scalars(select(Person).where(Person.name == "김하늘")).one()
    page = browse(person, language=language)
    page.goto("/runs")
    with page.expect_response(lambda response: "q=" in response.url):
        page.locator("[data-search]").press_sequentially("ㅇㅅㄱ")
    page.wait_for_url("**/runs?q=*")
    expect(page.locator(".run")).to_have_count(1)
    button = page.locator(".run form[action^='/runs/'] button")
    button.click()
    expect(page.locator(".run .state")).to_contain_text(enrolled)
    page.locator(".toast button").click()
    expect(button).to_be_visible()
    button.click()
    expect(page.locator(".run .state")).to_contain_text(enrolled)
    return page


def the_days_pass(live: Live, run_id: int) -> None:
    """The class was this morning (or last night): moved there, since nobody waits two weeks for a test."""
    db = live.db
    run = db.get_one(Run, run_id)
    sessions = db.scalars(select(ClassSession).where(ClassSession.run_id == run_id)).all()
    back = max(session.ends_at for session in sessions) - clock.now() + timedelta(minutes=5)
    for session in sessions:
        session.starts_at, session.ends_at = session.starts_at - back, session.ends_at - back
        for period in db.scalars(select(Period).where(Period.session_id == session.id)):
            period.starts_at, period.ends_at = period.starts_at - back, period.ends_at - back
    run.starts_on = clock.local(min(session.starts_at for session in sessions)).date()
    run.ends_on = clock.local(max(session.ends_at for session in sessions)).date()
    run.apply_from = run.apply_until = run.cancel_until = min(session.starts_at for session in sessions)
    db.commit()


def take_attendance(live: Live, browse: Browse, language: str) -> None:
    """One click for the room."""
    db = live.db
    instructor = db.scalars(select(Person).where(Person.name == "이도현")).one()
    page = browse(instructor, language=language)
    session_id = db.scalars(select(ClassSession.id)).one()
    page.goto(f"/sessions/{session_id}/attendance")
    with page.expect_response(re.compile(r"/attendance$")) as saved:
        page.locator("[data-rest]").click()
    assert saved.value.ok
    page.reload()
    expect(page.locator("input[value=present]:checked")).to_have_count(1)


def close(page: Page, run_id: int) -> None:
    """The result is shown first; then it is made final."""
    page.goto(f"/runs/{run_id}/closing")
    assert "김하늘" in page.locator("main").inner_text()
    follow(page.locator("main form[method=post] button").last)


def certify(page: Page, run_id: int) -> None:
    """One click issues and numbers what is not issued yet, and begins its print run."""
    page.goto(f"/runs/{run_id}/certificates")
    follow(page.locator("main form[method=post] button").first)
    expect(page).to_have_url(re.compile(r"/certificates/print-runs/\d+$"))
    page.goto(f"/runs/{run_id}/certificates")
    assert re.search(r"제\d{4}-000001호", page.locator("main").inner_text())


def work_is_done(live: Live) -> None:
    """What waited for a worker: the certificate is signed, its sheet drawn."""
    database, settings = live.app.extensions["database"], live.app.extensions["config"]
    with database.begin() as db:
        keys.ensure(settings, db)
    worker = Worker(database, settings)
    while worker.step():
        pass


def download_and_verify(live: Live, page: Page, folder: Path) -> str:
    """The owner's PDF says what happened; its code proves it to anybody. Gives the verification page."""
    page.goto("/certificates")
    href = page.locator("main a[href$='.pdf']").first.get_attribute("href")
    assert href
    path = folder / "own.pdf"
    path.write_bytes(page.request.get(href).body())
    text = PdfReader(path).pages[0].extract_text()
    assert "김하늘" in text
    assert "엑셀 기초" in text
    code = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text)
    assert code
    with urlopen(f"{live.url}/verify/{code[0]}", timeout=10) as answer:  # nobody is signed in
        return str(answer.read().decode())


def see_the_figures(page: Page, word: str) -> None:
    """One attendance of one person."""
    page.goto("/reports/training")
    main = page.locator("main").inner_text()
    assert word in main
    row = page.locator("table.grid tbody tr").last.inner_text().split()
    assert row[-3:] == ["1", "1", "100.0%"]
