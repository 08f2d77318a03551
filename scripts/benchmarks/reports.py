"""Which reports are measured: the fixed ones, all lines of one year and of all, and every pair of filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from courses.reporting.question import Dimension

_WIDE = {
    "kind": "kind=cyber",
    "level": "level=general",
    "area": "area=1",
    "grade": "grade=7급",
    "service": "service=일반직",
    "outcome": "outcome=completed",
    "unit": "unit={unit}",
}
"""Of every filter a value that many have."""
_LINES = ("grade", "course", "month", "year", "bureau")
"""Of what the widest pair is also asked, beside departments."""


def reports(year: int, today: date, ids: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Name, path and who looks, of each."""
    asked = f"year={year}"
    for name, path in _named(asked, today - timedelta(days=1), ids).items():
        yield name, path, "officer"
    yield "department_of_head", f"/reports?by=department&{asked}", "head"
    for dimension in Dimension:
        for period, years in (("", asked), ("_all_years", "year=all")):
            yield f"by_{dimension}{period}", f"/reports?by={dimension}&{years}", "officer"
    for name, filters in _pairs(ids):
        yield name, f"/reports?{filters}&year=all", "officer"


def _named(year: str, yesterday: date, ids: Mapping[str, int]) -> dict[str, str]:
    mandatory = "show=must&show=must-done&show=must-open&show=must-rate"
    return {
        "training": f"/reports/training?{year}",
        "departments": f"/reports/departments?{year}",
        "departments_divisions": f"/reports/departments?{year}&level=division",
        "department_across_kind": f"/reports?by=department&across=kind&{year}",
        "department_across_kind_all_years": "/reports?by=department&across=kind&year=all",
        "year_across_kind": "/reports?by=year&across=kind&year=all",
        "month_year_on_year": f"/reports?by=month&across=year-on-year&{year}",
        "mandatory": f"/reports?by=department&{mandatory}&{year}",
        "as_of_yesterday": f"/reports?by=department&{year}&on={yesterday}",
        "one_grade": f"/reports?by=department&grade=7급&{year}",
        "one_grade_all_years": "/reports?by=department&grade=7급&year=all",
        "one_kind_all_years": "/reports?by=department&kind=cyber&year=all",
        "grade_of_kind_all_years": "/reports?by=department&grade=7급&kind=cyber&year=all",
        "grade_of_service_all_years": "/reports?by=kind&grade=7급&service=일반직&year=all",
        "as_of_yesterday_all_years": f"/reports?by=department&year=all&on={yesterday}",
        "one_unit_all_years": f"/reports?by=department&unit={ids['unit']}&year=all",
        "rows": f"/reports/rows?by=kind&{year}",
        "rows_persons": f"/reports/rows?by=kind&{year}&of=persons",
        "transcript": f"/people/{ids['person']}/transcript",
    }


def _pairs(ids: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Two filters over all years: each pair by department, the widest one also by other lines and in columns."""
    wide = {name: filters.format(**ids) for name, filters in _WIDE.items()}
    for one, other in combinations(wide, 2):
        yield f"pair_{one}_{other}", f"by=department&{wide[one]}&{wide[other]}"
    widest = f"{wide['level']}&{wide['service']}"
    for line in _LINES:
        yield f"pair_by_{line}", f"by={line}&{widest}"
    yield "pair_across_kind", f"by=department&across=kind&{widest}"
