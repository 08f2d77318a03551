"""An officer sends a large file, watches it being imported, and sees what came of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from courses.people.models import Person
from lms.jobs.worker import Worker
from tests import factories
from tests.exchange.files import HONG, organised, staff
from tests.live import Browse, Live, follow

pytestmark = pytest.mark.browser

ROWS = 2_500


@pytest.fixture
def worker(live: Live) -> Iterator[threading.Thread]:
    """A worker that waits for its start."""
    of_this_app = Worker(live.app.extensions["database"], live.app.extensions["config"])
    thread = threading.Thread(target=of_this_app.run)
    yield thread
    of_this_app.stop.set()
    if thread.is_alive():
        thread.join()


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no-javascript"])
def test_a_large_import(live: Live, browse: Browse, tmp_path: Path, worker: threading.Thread, javascript: bool) -> None:
    organised(live.db)
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    file = tmp_path / "직원.csv"
    file.write_bytes(staff(*({**HONG, "사번": f"{300_000_000 + n}"} for n in range(ROWS))))

    page = browse(dan, javascript=javascript)
    page.goto("/imports?kind=staff")
    page.set_input_files("input[type=file]", file)
    page.locator("main form button").last.click()
    page.get_by_role("button", name="가져오기").click()
    expect(page).to_have_url(f"{live.url}/jobs/1")
    expect(page.locator("#progress")).to_contain_text("대기")
    worker.start()
    if javascript:
        expect(page.locator("#progress")).to_contain_text("추가 2,500건", timeout=60_000)
        expect(page.locator(":focus")).to_have_text("완료")
    else:
        for _ in range(60):
            follow(page.get_by_role("link", name="새로 고침"))
            if page.get_by_text("추가 2,500건").is_visible():
                break
            page.wait_for_timeout(500)
    page.get_by_role("link", name="가져온 결과 보기").click()
    expect(page.locator("main")).to_contain_text("파일을 가져왔습니다")
    expect(page.locator("main")).to_contain_text("2,500")
    assert live.db.scalar(select(func.count()).where(Person.employee_no.like("3000%"))) == ROWS
