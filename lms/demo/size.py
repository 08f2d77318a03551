"""The demo organisation in any size, with years of history: input files made from its own, the same for the same seed.

Up to the 12,000 people of its staff file some are left out; beyond, the organisation is repeated as further districts
with staff of their own. Every past year repeats the runs of 2003 for each district, with other people in them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import groupby
from math import ceil
from pathlib import Path
from random import Random

from courses.errors import Refused
from courses.text import text
from lms.demo.people import GRADE
from lms.demo.plot import CLASSES, CYBER, Part

Row = dict[str, str]
_DATA = Path(__file__).parent / "data"
_MODEL_YEAR = 2003
_KEPT_BUREAU = "정보화기획단"  # where officers and administrators come from
_CLERK = "서무"
_NEW_TO_THE_EMPLOYEE = {opening.course for opening in CLASSES + CYBER if opening.part is not Part.NONE}
"""Courses of the story in which the employee takes part: who does cannot have completed them in years before."""


@dataclass(frozen=True)
class File:
    """One input file, as somebody would upload it. `year`: of the results in it."""

    kind: str
    name: str
    content: bytes
    year: int | None = None


@dataclass(frozen=True)
class Size:
    """How many people, how many past years, and the seed that decides everything that is left to chance."""

    people: int
    years: int
    seed: int = 2003

    def files(self, today: date) -> Iterator[File]:
        """All that is imported, in order. `Refused` for fewer people than there are posts to fill."""
        if self.people < len(self._needed):
            raise Refused(text("The demo needs at least %(n)s people to fill its posts", n=len(self._needed)))
        yield _file("organisation", [unit for district in self._districts for unit in district.units()])
        yield _file("staff", self._staff)
        for kind in ("rooms", "instructors", "catalogue"):
            yield File(kind, f"{kind}.csv", (_DATA / f"{kind}.csv").read_bytes())
        for year in range(today.year - self.years, today.year):
            yield from self._history(year)

    @cached_property
    def _model(self) -> list[Row]:
        return _rows("staff")

    @cached_property
    def _needed(self) -> list[Row]:
        """Whom the demo's parts are given to, and whoever leads, keeps the office or teaches."""
        teaching = {row["사번"] for row in _rows("instructors")}
        return [row for row in self._model if _has_a_post(row) or row["사번"] in teaching]

    @cached_property
    def _districts(self) -> list[District]:
        return [District(number, self.seed) for number in range(ceil(self.people / len(self._model)))]

    @cached_property
    def _staff(self) -> list[Row]:
        """As many as wanted; whoever is needed is among them, in the order of the files."""
        everybody = [person for district in self._districts for person in district.staff(self._model)]
        needed = {row["사번"] for row in self._needed}
        others = [row["사번"] for row in everybody if row["사번"] not in needed]
        chosen = needed | set(Random(f"{self.seed} staff").sample(others, self.people - len(needed)))  # noqa: S311  # a seed, so that it is the same again
        return [row for row in everybody if row["사번"] in chosen]

    def _history(self, year: int) -> Iterator[File]:
        share = min(1.0, self.people / len(self._model))
        runs, numbers = [], Counter[str]()
        results: list[list[Row]] = []
        for district in self._districts:
            held, found = self._held(district, year, share, numbers)
            runs += held
            results.append(found)
        yield _file("runs", runs, f"runs-{year}.csv")
        for number, rows in enumerate(results, 1):
            yield _file("evidence", rows, f"evidence-{year}-{number}.csv", year)

    def _held(self, district: District, year: int, share: float, numbers: Counter[str]) -> tuple[list[Row], list[Row]]:
        """The runs of a district in a year and what came of them; `numbers` goes on over the districts."""
        rng = Random(f"{self.seed} {year} {district.number}")  # noqa: S311  # as above
        moved, runs, results = _whole_weeks(year), [], []
        people = self._trainees(district, date(year, 1, 1))
        others = [number for number in people if number not in self._like_the_employee]
        for run in _rows("runs-2003"):
            taken_part = _results()[run["과정코드"], run["차수"]]
            begins, ends = (date.fromisoformat(run[name]) + moved for name in ("시작일", "종료일"))
            held = min(round(len(taken_part) * share), len(people))
            if begins.year != year or not held:
                continue
            numbers[run["과정코드"]] += 1
            known = {"과정코드": run["과정코드"], "차수": str(numbers[run["과정코드"]])}
            runs.append({**known, "시작일": str(begins), "종료일": str(ends), "정원": run["정원"]})
            fit = others if run["과정코드"] in _NEW_TO_THE_EMPLOYEE else people
            who = rng.sample(fit, min(held, len(fit)))
            results += [
                {**row, **known, "사번": no} for row, no in zip(rng.sample(taken_part, len(who)), who, strict=True)
            ]
        return runs, results

    def _trainees(self, district: District, day: date) -> list[str]:
        """The district's staff who had been appointed by the beginning of that day's year."""
        first = f"{day.year}-01-01"
        return [number for number, appointed in self._appointed[district.number] if appointed < first]

    @cached_property
    def _like_the_employee(self) -> set[str]:
        """Among whom the demo's employee is."""
        return {row["사번"] for row in self._staff if row["직급"] == GRADE}

    @cached_property
    def _appointed(self) -> dict[int, list[tuple[str, str]]]:
        """By district: employee number and day of appointment."""
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in self._staff:
            district, _, own = row["사번"].partition("-")
            found[int(district) if own else 0].append((row["사번"], row["임용일"]))
        return found


@dataclass(frozen=True)
class District:
    """The organisation itself (0), or one more that is built like it."""

    number: int
    seed: int

    def units(self) -> Iterator[Row]:
        """Its units; those below the top carry its name. The top is there once."""
        for unit in _rows("organisation"):
            if not self.number:
                yield unit
            elif unit["상위부서코드"]:
                top = unit["상위부서코드"] == _rows("organisation")[0]["부서코드"]
                yield {
                    "부서코드": self._key(unit["부서코드"]),
                    "상위부서코드": unit["상위부서코드"] if top else self._key(unit["상위부서코드"]),
                    "부서명": self._named(unit["부서명"]) if top else unit["부서명"],
                    "직제순": str(int(unit["직제순"]) + self.number * 1000),
                }

    def staff(self, model: list[Row]) -> Iterator[Row]:
        """Its people: in the first district the model's own, elsewhere others in the same posts."""
        if not self.number:
            yield from model
            return
        rng = Random(f"{self.seed} names {self.number}")  # noqa: S311  # as above
        given = rng.sample(model, len(model))
        for row, other in zip(model, given, strict=True):
            surname, first = row["영문성명"].split(" ")[0], other["영문성명"].split(" ")[-1]
            yield {
                **row,
                "사번": self._key(row["사번"]),
                "성명": row["성명"][0] + other["성명"][1:],
                "영문성명": f"{surname} {first}",
                "부서코드": self._key(row["부서코드"]),
                "소속": self._named(row["소속"]),
                "전자우편": f"d{self.number}.{row['전자우편']}",
            }

    def _key(self, key: str) -> str:
        return f"{self.number}-{key}"

    def _named(self, name: str) -> str:
        return f"제{self.number + 1}지구 {name}"


def _whole_weeks(year: int) -> timedelta:
    """From the model's year to another, so that working days stay working days."""
    return timedelta(weeks=round((date(year, 1, 1) - date(_MODEL_YEAR, 1, 1)).days / 7))


def _has_a_post(row: Row) -> bool:
    return bool(row["직위"]) or row["담당업무"] == _CLERK or row["소속"].startswith(_KEPT_BUREAU)


@cache
def _results() -> dict[tuple[str, str], list[Row]]:
    rows = sorted(_rows("evidence-2003"), key=_run_of)
    return {key: list(group) for key, group in groupby(rows, key=_run_of)}


def _run_of(row: Row) -> tuple[str, str]:
    return row["과정코드"], row["차수"]


@cache
def _rows(name: str) -> list[Row]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _file(kind: str, rows: Sequence[Row], name: str = "", year: int | None = None) -> File:
    target = io.StringIO()
    writer = csv.DictWriter(target, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return File(kind, name or f"{kind}.csv", target.getvalue().encode("utf-8-sig"), year)
