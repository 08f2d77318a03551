"""The draw as everybody sees it, its file, and the command that proves it; and from the wrong side."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from courses.enrolment import draws
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from lms.cli import main
from tests import factories
from tests.client import Browser
from tests.draw.scenes import a_draw_run, close, entrants


@pytest.fixture
def run(db: Session) -> Run:
    return a_draw_run(db)


@pytest.fixture
def held(db: Session, run: Run, ana: Person, eve: Person) -> Run:
    """Five entries for two seats, Ana's and Eve's among them; drawn."""
    entrants(db, run, [ana, eve])
    entrants(db, run, 3)
    close(db, run)
    draws.hold(db, None, run.id)
    db.commit()
    return run


def test_publishing_announces_it(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = factories.a_run(db, mode=Mode.DRAW, state="draft", starts_in=30, instructors=[dan], room=factories.a_room(db))
    client.sign_in(dan).post(f"/operations/runs/{run.id}/publication")
    draw = draws.of_run(db, run.id)
    assert draw is not None
    page = client.sign_in(ana).get(f"/runs/{run.id}/draw").text
    assert draw.commitment in page
    assert draw.secret not in page
    assert f'href="/runs/{run.id}/draw"' in client.get(f"/runs/{run.id}").text


@pytest.mark.parametrize(("language", "says"), [("ko", "추첨했습니다"), ("en", "The draw is held")])
def test_an_officer_holds_it(client: Browser, db: Session, run: Run, dan: Person, language: str, says: str) -> None:
    entrants(db, run, 3)
    assert "Hold the draw" not in client.sign_in(dan).get(f"/runs/{run.id}/draw").text
    close(db, run)
    assert "Hold the draw" in client.get(f"/runs/{run.id}/draw").text
    assert f'href="/runs/{run.id}/draw"' in client.get("/operations/work/draws").text + client.get("/operations").text
    answer = client.sign_in(dan, language).post(f"/runs/{run.id}/draw")
    assert says in client.get(answer.location).text
    refused = client.post(f"/runs/{run.id}/draw", 409)
    assert f'href="/runs/{run.id}/draw"' in refused.text


def test_everybody_sees_the_lots_and_their_own(client: Browser, held: Run, ana: Person, cleo: Person) -> None:
    page = client.sign_in(ana).get(f"/runs/{held.id}/draw").text
    assert re.search(r"Your lot is number \d of 5", page)
    assert len(re.findall(r'class="mine"', page)) == 1
    assert page.count("***") == 5
    assert str(ana.employee_no) not in page.split("<main")[1]
    assert "Your lot" not in client.sign_in(cleo).get(f"/runs/{held.id}/draw").text


def test_many_lots_come_in_pages(client: Browser, db: Session, run: Run, ana: Person) -> None:
    people = [factories.a_person(db, f"신청{n}") for n in range(201)]
    entrants(db, run, people)
    close(db, run)
    draws.hold(db, None, run.id)
    db.commit()
    assert client.sign_in(ana).get(f"/runs/{run.id}/draw").text.count("***") == 200
    assert client.get(f"/runs/{run.id}/draw?page=2").text.count("***") == 1


def test_the_file_proves_itself_without_a_database(client: Browser, held: Run, eve: Person, tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_bytes(client.sign_in(eve).get(f"/runs/{held.id}/draw.json").data)
    good = CliRunner().invoke(main, ["draw", "verify", str(file)])
    assert good.exit_code == 0
    assert json.loads(file.read_text())[-7]["seed"] in good.output
    lines = file.read_text().split("\n")
    lines[4] = lines[4].replace("***", "**1")
    file.write_text("\n".join(lines))
    bad = CliRunner().invoke(main, ["draw", "verify", str(file)])
    assert bad.exit_code == 1
    assert bad.output.startswith("draw.json:5: ")
    assert bad.output.count("draw.json:") == 1


def test_from_the_wrong_side(client: Browser, db: Session, run: Run, ana: Person, ben: Person, cleo: Person) -> None:
    (row,) = entrants(db, run, [ana])
    close(db, run)
    client.sign_in(ana).get(f"/runs/{run.id}/draw.json", 404)
    draft = factories.a_run(db, mode=Mode.DRAW, state="draft")
    plain = factories.a_run(db)
    for person in (ana, ben, cleo):
        client.sign_in(person).post(f"/runs/{run.id}/draw", 403)
        client.get(f"/runs/{draft.id}/draw", 404)
        client.get(f"/runs/{plain.id}/draw", 404)
        assert "Hold the draw" not in client.get(f"/runs/{run.id}/draw").text
    assert row.lot is None
