"""Pictures of the product as the demo shows it, for README and help: `scripts/pictures`."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.teaching import current
from courses.certificates.models import Certificate
from courses.certificates.queries import printed
from courses.people.models import Person
from lms import migrate, paths
from lms.app import create_app
from lms.db import Database
from lms.demo.load import load
from tests.browser import launch
from tests.conftest import config
from tests.live import Live, committed, served

TARGET = paths.STATIC / "help"
WIDTH, HEIGHT = 1280, 800
_COLOURS, _RESOLUTION = 128, 90


def main() -> None:
    """Every picture, each under 200 KB."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lms-pictures-") as folder, _demo(Path(folder)) as (live, numbers):
        people = {role: _person(live.db, number) for role, number in numbers.items()}
        on = current(live.db, people["instructor"].id)
        soon = f"/runs?kind=classroom&month={clock.today() + timedelta(days=14):%Y-%m}"
        with launch() as browser:
            for name, role, language, address in (
                ("home-ko", "employee", "ko", "/"),
                ("catalogue-ko", "employee", "ko", soon),
                ("catalogue-en", "employee", "en", soon),
                ("attendance-ko", "instructor", "ko", f"/sessions/{on}/attendance"),
                ("operations-ko", "officer", "ko", "/operations"),
            ):
                _keep(name, _page(browser, live, people[role], language, address))
        _certificate(live.db, people["employee"])


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


def _page(browser: Browser, live: Live, person: Person, language: str, address: str) -> bytes:
    context = browser.new_context(
        base_url=live.url, viewport={"width": WIDTH, "height": HEIGHT}, timezone_id="Asia/Seoul"
    )
    context.add_cookies([{"name": "lms", "value": live.cookie(person, language), "url": live.url}])
    page = context.new_page()
    answer = page.goto(address)
    if not answer or not answer.ok:
        raise SystemExit(f"{address} does not answer")
    page.evaluate("document.fonts.ready")
    picture = page.screenshot()
    context.close()
    return picture


def _certificate(db: Session, person: Person) -> None:
    """The certificate's page as a picture; left out where there is no `pdftoppm`."""
    if not shutil.which("pdftoppm"):
        return
    certificates = db.scalars(select(Certificate).where(Certificate.person_id == person.id)).all()
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_RESOLUTION), "-"]
    drawn = subprocess.run(command, input=printed(db, certificates), capture_output=True, check=True)
    _keep("certificate-ko", drawn.stdout)


def _keep(name: str, picture: bytes) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
