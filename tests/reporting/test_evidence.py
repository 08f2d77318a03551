"""The files of the demo year, imported, give the table of the report."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from courses.reporting.departments import Level, departments
from courses.reporting.training import training
from tests import factories
from tests.client import Browser
from tests.exchange.files import demo, take_in

FILES = ("organisation", "staff", "catalogue", "runs-2003", "evidence-2003")


def test_the_table_of_2003(db: Session, client: Browser) -> None:
    """Import takes seconds, so that everything that is asked of this year is asked here."""
    for name in FILES:
        take_in(db, name.split("-")[0], demo(name), year=2003)
    db.commit()

    report = training(db, 2003)
    kinds = {str(line.kind): line for line in report.lines if not line.area}
    assert {kind: (line.courses, line.headcount.completions) for kind, line in kinds.items()} == {
        "classroom": (30, 4_500),
        "cyber": (23, 3_620),
        "workplace": (27, 1_890),
    }
    assert (kinds["workplace"].areas, [line.courses for line in report.lines if line.area]) == (3, [9, 9, 9])
    assert sum(line.headcount.completions for line in report.lines if line.area) == 1_890
    together = report.total.headcount
    assert (together.places, together.judged, together.completions, together.persons) == (10_617, 10_617, 10_010, 6_731)

    for level, lines in ((Level.BUREAU, 21), (Level.DIVISION, 126), (Level.TEAM, 413)):
        tree = departments(db, 2003, level)
        assert len(tree.lines) == lines
        assert sum(line.headcount.completions for line in tree.lines) == 10_010
        assert tree.total.headcount == together

    # Somebody without an employee number, which could be that of somebody in the file.
    officer = factories.a_person(db, "교육담당", roles=["officer"], external=True)
    client.sign_in(officer, "ko")
    for address in ("/reports/training", "/reports/departments", "/reports/departments?level=division"):
        path, _, query = address.partition("?")
        shown = cells(client.get(f"{path}?year=2003&{query}").text)
        as_csv = client.get(f"{path}.csv?year=2003&{query}").data.decode("utf-8-sig")
        as_xlsx = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{path}.xlsx?year=2003&{query}").data))
        assert shown == [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(as_csv))][1:]
        assert shown == [[plain(cell) for cell in row] for row in as_xlsx.get_sheet_by_index(0).to_python()][1:]
    assert shown[-1][3:5] == ["10010", "6731"]


def cells(page: str) -> list[list[str]]:
    """The cells of a page's table, line by line."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [[plain(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def plain(cell: Any) -> str:
    """A cell without what only the eye needs: thousands, percent signs, a dash, a zero behind the point."""
    return str(cell).replace(",", "").replace("–", "").removesuffix("%").removesuffix(".0")
