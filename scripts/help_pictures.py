"""Pictures of the product as the demo shows it, for README and help: `scripts/pictures`."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.teaching import current
from courses.catalogue.models import Course, Kind
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate
from courses.certificates.printing.drawing import drawn
from courses.certificates.printing.options import Options
from courses.content.models import LessonProgress
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Mode, Run, RunState
from lms import migrate, paths
from lms.app import create_app
from lms.db import Database
from lms.demo.load import load
from tests.browser import launch
from tests.conftest import config
from tests.live import Live, committed, served

TARGET = paths.STATIC / "help"
LANGUAGES = ("ko", "en")
WIDTH, HEIGHT = 1100, 640
_LOCALES = {"ko": "ko-KR", "en": "en-GB"}
LARGEST = 80 * 1024
_COLOURS, _RESOLUTION = 64, 60
_ROOMS = "교육장코드,교육장,좌석,PC\nR91,별관 소회의실,12,0\nR92,별관 세미나실,열여섯,0\nR93,별관 전산교육장 2,24,24\n"


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, from which element down (else from the top), and how high, in CSS pixels.

    `file`: a CSV that is sent on the page first, to show its preview.
    """

    name: str
    role: str
    address: str
    height: int = HEIGHT
    part: str = ""
    file: str = ""


def main(only: list[str]) -> None:
    """Every picture in both languages, or those named. Each is under 80 KB."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lms-pictures-") as folder, _demo(Path(folder)) as (live, numbers):
        people = {role: _person(live.db, number) for role, number in numbers.items()}
        with launch() as browser:
            for shot in _shots(live.db, people):
                for language in LANGUAGES:
                    if not only or shot.name in only:
                        _keep(f"{shot.name}-{language}", _picture(browser, live, people[shot.role], language, shot))
        if not only or "certificate" in only:
            _certificate(live.db, people["employee"])


def _shots(db: Session, people: dict[str, Person]) -> list[Shot]:
    on = current(db, people["instructor"].id)
    learning, draft, over = _learning(db, people["employee"]), _run(db, RunState.DRAFT), _to_close(db)
    return [
        Shot("catalogue", "employee", "/runs?free=1"),
        Shot("completion", "employee", f"/enrolments/{learning.id}/completion", 620),
        Shot("lessons", "employee", f"/enrolments/{learning.id}/lessons"),
        Shot("attendance", "instructor", f"/sessions/{on}/attendance", 760),
        Shot("operations", "officer", "/operations"),
        Shot("plan", "officer", f"/operations/runs/{draft.id}", 700, "[aria-labelledby=sessions]"),
        Shot("lesson-list", "officer", f"/operations/courses/{_written(db).id}/lessons", 900),
        Shot("selection", "officer", f"/runs/{_to_select(db).id}/selection", 860),
        Shot("move", "officer", f"/sessions/{_ahead(db).id}/move", 760),
        Shot("closing", "officer", f"/runs/{over.id}/closing"),
        Shot("report", "officer", "/reports?by=grade&show=attendances&show=persons&show=rate&year=all", 700, "figure"),
        Shot("import", "officer", "/imports?kind=rooms", 900, file=_ROOMS),
        Shot("health", "administrator", "/settings", 620),
    ]


def _learning(db: Session, person: Person) -> Enrolment:
    """The cyber run that the person is in the middle of."""
    query = select(Enrolment).join(LessonProgress).where(Enrolment.person_id == person.id)
    return db.scalars(query.where(Enrolment.status == Status.ENROLLED).order_by(Enrolment.id.desc())).first() or _none()


def _run(db: Session, state: RunState) -> Run:
    return db.scalars(select(Run).where(Run.state == state).order_by(Run.starts_on)).first() or _none()


def _to_close(db: Session) -> Run:
    query = select(Run).where(Run.state == RunState.PUBLISHED, Run.ends_on < clock.today())
    return db.scalars(query.order_by(Run.ends_on)).first() or _none()


def _to_select(db: Session) -> Run:
    """A selection whose applications have closed and whose seats are still to be given."""
    query = select(Run).where(Run.mode == Mode.SELECTION, Run.state == RunState.PUBLISHED, Run.taken == 0)
    return db.scalars(query.where(Run.apply_until < clock.now()).order_by(Run.starts_on)).first() or _none()


def _ahead(db: Session) -> ClassSession:
    """A session of a classroom run that is some days ahead."""
    query = select(ClassSession).join(Run).join(Course, Course.id == Run.course_id)
    soon = ClassSession.starts_at > clock.now() + timedelta(days=5)
    return (
        db.scalars(query.where(Course.kind == Kind.CLASSROOM, soon).order_by(ClassSession.starts_at)).first() or _none()
    )


def _written(db: Session) -> Course:
    """A course with lessons."""
    query = select(Course).join(Run).join(Enrolment).join(LessonProgress)
    return db.scalars(query.order_by(Course.id)).first() or _none()


def _none() -> NoReturn:
    raise SystemExit("the demo has nothing to show here")


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[Live, dict[str, str]]]:
    """A served demo, and the employee number of each role."""
    app, lines = _loaded(folder)
    with committed(app.extensions["config"].database_url) as session, served(app) as address:
        yield Live(address, app, session), {line.split()[0]: line.split()[2] for line in lines}
    app.extensions["database"].engine.dispose()


def _loaded(folder: Path) -> tuple[Flask, list[str]]:
    url = f"sqlite:///{folder}/lms.db"
    database = Database(url)
    migrate.upgrade(database.engine)
    lines = load(database, "https://lms.example")
    database.engine.dispose()
    return create_app(config(folder, url)), lines


def _person(db: Session, number: str) -> Person:
    return db.scalars(select(Person).where(Person.employee_no == number)).one()


def _picture(browser: Browser, live: Live, person: Person, language: str, shot: Shot) -> bytes:
    context = browser.new_context(
        base_url=live.url,
        viewport={"width": WIDTH, "height": shot.height},
        timezone_id="Asia/Seoul",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "lms", "value": live.cookie(person, language), "url": live.url}])
    page = context.new_page()
    answer = page.goto(shot.address)
    if not answer or not answer.ok:
        raise SystemExit(f"{shot.address} does not answer")
    if shot.file:
        page.set_input_files("[type=file]", {"name": "rooms.csv", "mimeType": "text/csv", "buffer": shot.file.encode()})
        page.click("main [type=file] >> xpath=ancestor::form >> button")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    picture = _fitting(page, shot)
    context.close()
    return picture


def _fitting(page: Page, shot: Shot) -> bytes:
    """The part that is asked for, without empty space below a short page."""
    top = page.locator(f"main {shot.part}").first.bounding_box() if shot.part else None
    y = int(top["y"]) - 16 if top else 0
    bottoms = "[...document.querySelector('main').children].map(part => part.getBoundingClientRect().bottom)"
    end = int(page.evaluate(f"Math.max(...{bottoms})")) + 24
    return page.screenshot(full_page=True, clip={"x": 0, "y": y, "width": WIDTH, "height": min(shot.height, end - y)})


def _certificate(db: Session, person: Person) -> None:
    """A certificate's page, the same in both languages; left out where there is no `pdftoppm`."""
    if not shutil.which("pdftoppm"):
        return
    of_theirs = select(Certificate.facts).where(Certificate.person_id == person.id).order_by(Certificate.id)
    sheets = drawn(db, [Facts.from_json(facts) for facts in db.scalars(of_theirs)], Options())
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_RESOLUTION), "-"]
    picture = subprocess.run(command, input=sheets, capture_output=True, check=True)
    for language in LANGUAGES:
        _keep(f"certificate-{language}", picture.stdout)


def _keep(name: str, picture: bytes) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path = TARGET / f"{name}.png"
    few.save(path, optimize=True)
    if path.stat().st_size >= LARGEST:
        raise SystemExit(f"{path.name} has {path.stat().st_size // 1024} KB: show less of the page")


if __name__ == "__main__":
    main(sys.argv[1:])
