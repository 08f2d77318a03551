"""In no file for a spreadsheet does what somebody typed become a formula."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.people.models import OrgUnit, Person
from tests.client import Browser
from tests.world import World, a_world

TYPED = {
    Person.name: "=HYPERLINK('http://x','김')",
    Course.title: "+SUM(1,2)",
    OrgUnit.name: "-2+3",
    OrgUnit.path: "@SUM(1)",
}
RUNS = ("closed", "selecting", "cyber")
_LIKE_FORMULA = re.compile(r"[=+@]|-(?![0-9.]+$)")


def addresses(app: Flask, world: World, ending: str) -> list[str]:
    """Of every such file; one of a run for some runs."""
    ids = {**world.ids, "place": 1, "batch": 1, "kind": "staff", "form": ending}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.endswith((f".{ending}", ".<string:form>")):
            continue
        if not rule.rule.startswith("/api") and rule.arguments <= ids.keys():
            runs = [world.runs[name].id for name in RUNS] if "run_id" in rule.arguments else [0]
            given = [{name: (ids | {"run_id": run_id})[name] for name in rule.arguments} for run_id in runs]
            found += [app.url_map.bind("").build(rule.endpoint, some) for some in given]
    return found


def test_every_text_is_a_text(client: Browser, db: Session, whole_app: Flask) -> None:
    """Everybody, every course and every unit is called like a formula."""
    world, texts = a_world(db), {"xlsx": 0, "csv": 0}
    for column, said in TYPED.items():
        db.execute(update(column.class_).values({column: said}))
    db.commit()
    client.sign_in(world.people["dan"], "ko")
    for ending, read in (("xlsx", in_workbook), ("csv", in_lines)):
        for address in addresses(whole_app, world, ending):
            answer = client.http.get(address)
            if answer.status_code == 200:
                texts[ending] += read(address, answer.data)
    assert min(texts.values()) > 50


def in_workbook(address: str, data: bytes) -> int:
    """How many texts like formulas there are; none is one."""
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row if cell.value]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"], address
    return sum(str(cell.value).startswith(tuple("=+-@")) for cell in cells)


def in_lines(address: str, data: bytes) -> int:
    """The same of a CSV file, where each has an apostrophe before it."""
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if _LIKE_FORMULA.match(cell)], address
    return sum(cell.startswith("'") for cell in cells)
