"""The demo organisation in any size: its own files, cut or repeated, the same for the same seed.

Up to the 12,000 people of its staff file some are left out; beyond, the organisation is repeated as further districts
with staff of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from courses.errors import Refused
from courses.text import text

Row = dict[str, str]
_DATA = Path(__file__).parent / "data"
_KEPT_BUREAU = "정보화기획단"  # where officers and administrators come from
_CLERK = "서무"


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

    def check(self) -> None:
        """`Refused` for fewer people than there are posts to fill."""
        if self.people < len(_needed()):
            raise Refused(text("The demo needs at least %(n)s people to fill its posts", n=len(_needed())))

    @property
    def districts(self) -> list[District]:
        """All of them whole, but for the last one."""
        whole = len(model("staff"))
        sizes = [min(whole, self.people - first) for first in range(0, self.people, whole)]
        return [District(number, size, self.seed) for number, size in enumerate(sizes)]

    def files(self) -> Iterator[File]:
        """What is imported before the staff, and what after it."""
        yield file("organisation", [unit for district in self.districts for unit in district.units()])
        for kind in ("rooms", "instructors", "catalogue"):
            yield plain_file(kind)


@dataclass(frozen=True)
class District:
    """The organisation itself (0), or one more that is built like it; with so many `people`."""

    number: int
    people: int
    seed: int

    def units(self) -> Iterator[Row]:
        """Its units; those below the top carry its name. The top is there once."""
        for unit in model("organisation"):
            if not self.number:
                yield unit
            elif unit["상위부서코드"]:
                top = unit["상위부서코드"] == model("organisation")[0]["부서코드"]
                yield {
                    "부서코드": self._key(unit["부서코드"]),
                    "상위부서코드": unit["상위부서코드"] if top else self._key(unit["상위부서코드"]),
                    "부서명": self._named(unit["부서명"]) if top else unit["부서명"],
                    "직제순": str(int(unit["직제순"]) + self.number * 1000),
                }

    def staff(self) -> list[Row]:
        """Its people, in the order of the file: in the first district the model's own, elsewhere others in their posts.

        Whoever the demo cannot do without is among them.
        """
        everybody = model("staff")
        needed = set() if self.number else {row["사번"] for row in _needed()}
        others = [row["사번"] for row in everybody if row["사번"] not in needed]
        chosen = needed | set(self._random("staff").sample(others, self.people - len(needed)))
        renamed = self._renamed() if self.number else everybody
        return [row for row, own in zip(renamed, everybody, strict=True) if own["사번"] in chosen]

    def _renamed(self) -> Iterator[Row]:
        everybody = model("staff")
        given = self._random("names").sample(everybody, len(everybody))
        for row, other in zip(everybody, given, strict=True):
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

    def _random(self, purpose: str) -> Random:
        return Random(f"{self.seed} {purpose} {self.number}")  # noqa: S311  # a seed, so that it is the same again

    def _key(self, key: str) -> str:
        return f"{self.number}-{key}"

    def _named(self, name: str) -> str:
        return f"제{self.number + 1}지구 {name}"


@cache
def model(name: str) -> list[Row]:
    """The rows of one of the demo's files."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


@cache
def _needed() -> list[Row]:
    """Whom the demo's parts are given to, and whoever leads, keeps the office or teaches."""
    teaching = {row["사번"] for row in model("instructors")}
    return [row for row in model("staff") if _has_a_post(row) or row["사번"] in teaching]


def _has_a_post(row: Row) -> bool:
    return bool(row["직위"]) or row["담당업무"] == _CLERK or row["소속"].startswith(_KEPT_BUREAU)


def plain_file(kind: str) -> File:
    """One of the demo's files as it is."""
    return File(kind, f"{kind}.csv", (_DATA / f"{kind}.csv").read_bytes())


def file(kind: str, rows: Sequence[Row], name: str = "", year: int | None = None) -> File:
    """Rows as a file of a kind."""
    target = io.StringIO()
    writer = csv.DictWriter(target, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return File(kind, name or f"{kind}.csv", target.getvalue().encode("utf-8-sig"), year)
