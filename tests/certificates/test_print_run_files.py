"""The files of a print run, as the worker makes them and as officers take them away."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote
from zipfile import ZipFile

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import issue
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.printing import actions, queries
from courses.certificates.printing.files import Part, PrintFile
from courses.certificates.printing.models import PrintJob
from courses.certificates.printing.options import Options, keep_setup
from courses.certificates.printing.queries import Sheet
from courses.certificates.samples import EXAMPLE
from courses.people.models import Person
from courses.printing.manifests import Heading, manifests
from courses.scheduling.models import Run
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.worker import work_off
from lms.web.certificates.print_names import LONGEST, named
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, completed
from tests.client import Browser

NAMES = ("가람", "나래", "다솜", "José Müller")


@pytest.fixture
def run(db: Session, dan: Person) -> Run:
    a_hanbit_organisation(db)
    run = a_closed_run(db)
    units = [factories.a_unit(db, name) for name in ("총무과", "감사과")]
    for number, name in enumerate(NAMES):
        unit = units[number % 2]
        completed(db, run, factories.a_person(db, name, unit=unit), unit)
    issue(db, dan.id, run, URL)
    db.commit()
    return run


@pytest.fixture
def work(client: Browser) -> Callable[[], int]:
    """Do what waits."""
    return lambda: work_off(client.app.extensions["database"], client.app.extensions["config"])


@pytest.fixture(autouse=True)
def _empty_store(client: Browser) -> None:
    """Of what other tests printed."""
    store = client.app.extensions["files"]
    for name in store.names("print-runs"):
        store.remove(name)


@pytest.fixture
def begun(client: Browser, dan: Person, run: Run) -> str:
    """A print run of four certificates."""
    return str(client.sign_in(dan, "en").post(f"/runs/{run.id}/certificates", 303).location)


@pytest.fixture
def address(begun: str, work: Callable[[], int]) -> str:
    """The same, its files made."""
    work()
    return begun


def test_the_files_of_a_print_run(client: Browser, db: Session, address: str) -> None:
    made = files_of(db, address)
    assert [(one.part, one.form, one.sheets) for one in made] == [
        (Part.SHEETS, "pdf", 4), (Part.MANIFESTS, "pdf", 0), (Part.LABELS, "pdf", 0), (Part.COMPLETIONS, "pdf", 0),
        (Part.COMPLETIONS, "xlsx", 0), (Part.ISSUES, "pdf", 0), (Part.ISSUES, "xlsx", 0),
    ]  # fmt: skip
    page = client.get(address).text
    assert all(f'href="{address}/files/{place}"' in page for place in range(1, 8))
    said = [words_of(client.get(f"{address}/files/{place}").data) for place in (1, 2, 3, 4, 6)]
    assert all(name in "".join(words) for words in said for name in NAMES)
    sheets, manifests, labels = said[:3]
    assert [name for page in sheets for name in NAMES if name in page] == ["가람", "다솜", "José Müller", "나래"]
    assert ["행정국 총무과" in page for page in manifests] == [True, True, False]
    assert "To 가람" in labels[0]
    for place in (5, 7):
        book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}/files/{place}").data))
        assert len(book.get_sheet_by_index(0).to_python()) == 5
    client.get(f"{address}/files/8", 404)


def test_nothing_that_is_printed_is_scaled(client: Browser, address: str) -> None:
    pages = [f"{address}/files/1", f"{address}/files/3", "/certificates/print-runs/test-page.pdf"]
    for page in pages:
        with Pdf.open(io.BytesIO(client.get(page).data)) as file:
            assert file.Root.ViewerPreferences.PrintScaling == "/None"


def test_all_files_in_one(client: Browser, db: Session, address: str) -> None:
    answer = client.get(f"{address}/files.zip")
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert [len(archive.read(name)) for name in names] == [one.size for one in files_of(db, address)]
    first = files_of(db, address)[0]
    year = clock.today().year
    assert (first.departments, first.first) == ("총무과~감사과", f"제{year}-000001호")
    title = queries.title(db, db.scalars(select(PrintJob)).one())
    assert names[0].endswith(f"-01 Certificates {title} 총무과~감사과 {year}-000001~000004.pdf")
    assert names[1].endswith(f"-02 Cover and lists to sign {title}.pdf")
    assert names == sorted(names)
    assert unquote(answer.headers["Content-Disposition"]).endswith(f" {title}.zip")
    assert f"-01 Certificates {title}" in unquote(client.get(f"{address}/files/1").headers["Content-Disposition"])


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=30), st.integers(1, 10**6))
def test_any_words_make_a_name_that_every_system_takes(title: str, departments: str, number: str, job_id: int) -> None:
    one = PrintFile(Part.SHEETS, "pdf", "x", 1, 1, 500, first=number, last=number, departments=departments)
    name = named(job_id, 3, one, "Certificates", title)
    assert len(name) <= LONGEST
    assert name.startswith(f"{job_id}-03 Certificates")
    assert name.endswith(".pdf")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]|[ .]\.pdf$', name)


def test_a_long_course_leaves_room_for_departments_and_numbers() -> None:
    ends = {"first": "제2026-000501호", "last": "제2026-001000호", "departments": "총무과~감사과"}
    one = PrintFile(Part.SHEETS, "pdf", "x", 1, 2, 500, **ends)
    name = named(12, 2, one, "증명서", "업무/자동화: “실전” " * 12)
    assert name.startswith("12-02 증명서 업무-자동화- “실전” 업무")
    assert name.endswith(" 총무과~감사과 2026-000501~001000.pdf")
    assert LONGEST - 2 < len(name) <= LONGEST


def test_however_many_departments_the_sum_stands_on_the_first_page() -> None:
    facts = Facts.from_json({**EXAMPLE.to_json(), "number": "제2026-000123호"})
    sheets = [
        Sheet(place, place, 1, 1, f"행정국 제{place}과", CertificateState.VALID, "20260001", facts)
        for place in range(1, 46)
    ]
    heading = Heading("12", "데이터 분석 실무 2026-3", "정다니", "11월 23일 10:00", "45", "부서 순서")
    drawn = manifests(heading, sheets, [range(45)], organisation="한빛시", day=clock.today(), language="ko", words=str)
    cover = [page for page in words_of(drawn) if "From number" in page]
    assert len(cover) > 1  # each with the head of the table
    assert "Together" in cover[0]
    assert not any("Together" in page for page in cover[1:])


def test_many_sheets_make_many_files(
    client: Browser, db: Session, dan: Person, run: Run, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.certificates.printing.order.files.__defaults__", (2,))
    place = client.sign_in(dan).post(f"/runs/{run.id}/certificates", 303).location
    work()
    parts = [one for one in files_of(db, place) if one.part is Part.SHEETS]
    assert [(one.number, one.sheets) for one in parts] == [(1, 2), (2, 2)]


def test_what_was_revoked_before_it_was_drawn_has_no_sheet_and_stays_in_the_list(
    client: Browser, db: Session, dan: Person, run: Run, work: Callable[[], int]
) -> None:
    place = client.sign_in(dan, "en").post(f"/runs/{run.id}/certificates", 303).location
    gone = db.scalars(select(Certificate).where(Certificate.run_id == run.id).order_by(Certificate.id)).first()
    assert gone
    gone.state = CertificateState.REVOKED
    db.commit()
    work()
    sheets, manifests = (words_of(client.get(f"{place}/files/{number}").data) for number in (1, 2))
    assert (len(sheets), gone.facts["name"] in "".join(sheets)) == (3, False)
    assert any(gone.facts["name"] in page and "Revoked: not printed" in page for page in manifests)


def test_a_sheet_that_goes_out_again_says_so(
    client: Browser, db: Session, dan: Person, address: str, work: Callable[[], int]
) -> None:
    number = files_of(db, address)[0].first
    form = {"numbers": number, "reason": "커피를 쏟음"}
    place = client.post(f"{address}/reprint", 303, data=form).location
    work()
    made = files_of(db, place)
    assert [one.part for one in made] == [Part.SHEETS, Part.MANIFESTS]
    today = clock.today()
    [page] = words_of(client.get(f"{place}/files/1").data)
    assert f"재발급 {today.year}. {today.month}. {today.day}. 커피를 쏟음" in page
    assert "Printing 2" in "".join(words_of(client.get(f"{place}/files/2").data))
    assert "커피를 쏟음" in client.get(address).text


def test_after_a_jam(client: Browser, db: Session, address: str, work: Callable[[], int]) -> None:
    last = files_of(db, address)[0].last
    place = client.post(f"{address}/rest", 303, data={"number": last}).location
    work()
    [sheets] = [one for one in files_of(db, place) if one.part is Part.SHEETS]
    assert (sheets.sheets, sheets.first) == (1, last)
    [page] = words_of(client.get(f"{place}/files/1").data)
    assert "재발급" not in page


@pytest.mark.parametrize(
    ("what", "form", "status", "why"),
    [
        ("rest", {}, 422, "Type the number to begin with"),
        ("rest", {"number": "99999"}, 409, "no certificate with the number"),
        ("reprint", {"numbers": "1"}, 422, "Say why"),
        ("reprint", {"numbers": "99999", "reason": "분실"}, 409, "no certificate with the number"),
        ("reprint", {"numbers": "1", "reason": "𠮷"}, 409, "The fonts lack 𠮷"),
        ("reprint", {"numbers": "1", "reason": "가" * 200}, 409, "Say it in fewer words"),
    ],
)
def test_what_cannot_be_printed_again_says_why(
    client: Browser, db: Session, begun: str, what: str, form: dict[str, str], status: int, why: str
) -> None:
    assert why in client.post(f"{begun}/{what}", status, data=form).text
    assert len(db.scalars(select(PrintJob.id)).all()) == 1


def test_stock_offsets_backs_and_bleed_are_as_the_officer_wants_them(
    client: Browser, db: Session, dan: Person, run: Run, work: Callable[[], int]
) -> None:
    keep_setup(db, dan.id, Options(offset_x=100, offset_y=-200, duplex=True, bleed=True))
    db.commit()
    place = client.sign_in(dan, "en").post(f"/runs/{run.id}/certificates", 303).location
    work()
    with Pdf.open(io.BytesIO(client.get(f"{place}/files/1").data)) as file:
        assert len(file.pages) == 2 * len(NAMES)
        assert "/TrimBox" in file.pages[0]
    assert "10.0 mm to the right, -20.0 mm up" in client.get(place).text


def test_the_files_go_after_a_while_and_the_log_stays(
    client: Browser, db: Session, address: str, work: Callable[[], int]
) -> None:
    store = client.app.extensions["files"]
    job = db.get_one(PrintJob, int(address.rpartition("/")[2]))
    later(db, "clean_up")
    db.commit()
    work()
    assert len(store.names("print-runs")) == 7
    job.finished_at = clock.now() - actions.KEPT - timedelta(minutes=1)
    later(db, "clean_up")
    db.commit()
    work()
    assert store.names("print-runs") == []
    page = client.get(address).text
    assert "The files were deleted" in page
    client.get(f"{address}/files/1", 404)
    client.get(f"{address}/files.zip", 404)
    assert len(queries.sheets(db, job.id)) == len(NAMES)


def test_a_full_disk_leaves_nothing_half_done(
    client: Browser, db: Session, dan: Person, run: Run, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third file finds no room. What was written goes; once there is room, the same sheets are made."""
    store, writes = client.app.extensions["files"], []

    def write(self: object, name: str, data: bytes) -> None:
        writes.append(name)
        if len(writes) == 3:
            raise OSError(28, "No space left on device")
        store.write(name, data)

    place = client.sign_in(dan, "en").post(f"/runs/{run.id}/certificates", 303).location
    with monkeypatch.context() as full:
        full.setattr("lms.jobs.tasks.printing.Files.write", write)
        full.setattr("lms.files.Files.write", type(store).write)
        work()
    assert (len(writes), store.names("print-runs")) == (3, [])
    assert files_of(db, place) == []
    page = client.get(place).text
    assert "it will be tried again" in page
    assert "No space" not in page
    job = db.scalars(select(Job).where(Job.name == "print_run")).one()
    job.state = JobState.FAILED
    db.commit()
    assert "Make the files again" in client.get(place).text
    client.post(f"{place}/retry", 303)
    work()
    assert [one.sheets for one in files_of(db, place) if one.part is Part.SHEETS] == [4]
    assert len(db.scalars(select(PrintJob.id)).all()) == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_files_that_could_not_be_made_are_made_weeks_later(
    client: Browser, db: Session, dan: Person, run: Run, work: Callable[[], int], forgotten: bool
) -> None:
    """The job has failed; after a month nobody remembers it any more. The sheets are still those of the log."""
    place = client.sign_in(dan, "en").post(f"/runs/{run.id}/certificates", 303).location
    made, store = db.scalars(select(PrintJob)).one(), client.app.extensions["files"]
    job = db.scalars(select(Job).where(Job.name == "print_run")).one()
    made.asked_at = clock.now() - timedelta(days=15)
    job.state, job.finished_at = JobState.FAILED, clock.now() - timedelta(days=31 if forgotten else 15)
    later(db, "clean_up")
    db.commit()
    work()
    assert "Make the files again" in client.get(place).text
    client.post(f"{place}/retry", 303)
    later(db, "clean_up")
    db.commit()
    work()  # the clean-up of that night as well
    db.refresh(made)
    assert "The files were deleted" not in client.get(place).text
    assert len(store.names("print-runs")) == len(files_of(db, place)) == 7
    client.post(f"{place}/retry", 303)
    assert work() == 0
    made.finished_at = clock.now() - actions.KEPT - timedelta(minutes=1)
    later(db, "clean_up")
    db.commit()
    work()
    assert (store.names("print-runs"), files_of(db, place)) == ([], [])
    db.execute(delete(Job))
    db.commit()
    client.post(f"{place}/retry", 303)  # as if nobody had them: what goes out again is logged
    assert work() == 0


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "eve"])
def test_print_runs_are_for_officers(
    request: pytest.FixtureRequest, client: Browser, db: Session, begun: str, who: str
) -> None:
    """Not even for whose own certificate is in it."""
    client.sign_in(request.getfixturevalue(who))
    pages = ("", "/files/1", "/files.zip")
    for page in (*(begun + page for page in pages), "/certificates/print-runs", "/certificates/print-runs/setup"):
        client.get(page, 403)
    for step in ("rest", "reprint", "retry"):
        client.post(f"{begun}/{step}", 403, data={"number": "1", "numbers": "1", "reason": "분실"})
    client.post("/certificates/print-runs", 403)
    assert len(db.scalars(select(PrintJob.id)).all()) == 1


def files_of(db: Session, address: str) -> list[PrintFile]:
    db.expire_all()
    job = db.get_one(PrintJob, int(address.rpartition("/")[2]))
    return [PrintFile.from_json(one) for one in job.files]


def words_of(pdf: bytes) -> list[str]:
    """What is to be read on each page, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
