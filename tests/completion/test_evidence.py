"""The raw evidence of the demo year must come to the published figures by the default rules."""

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from courses.completion.facts import Facts
from courses.completion.policy import pack
from courses.completion.rules import Finding, Verdict, verdict
from lms import paths

DATA = paths.DEMO / "data"
KINDS = {"출석": "classroom", "사이버": "cyber", "직장": "workplace"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def facts() -> Iterator[tuple[str, Facts]]:
    courses = {course["과정코드"]: course for course in rows("catalogue.csv")}
    for row in rows("evidence-2003.csv"):
        course = courses[row["과정코드"]]
        yield (
            row["사번"],
            Facts.imported(
                KINDS[course["교육형태"]],
                scored=course["평가여부"] == "Y",
                scheduled=int(row["총시간(분)"]) if row["총시간(분)"] else None,
                attended=int(row["출석시간(분)"]) if row["출석시간(분)"] else None,
                progress=hundredths(row["진도율(%)"]),
                score=hundredths(row["평정점"]),
            ),
        )


def hundredths(cell: str) -> int | None:
    return int(Decimal(cell) * 100) if cell else None


@cache
def judged() -> list[tuple[str, Facts, Verdict]]:
    plain = pack("plain", 1)
    return [(person, fact, verdict(plain, fact)) for person, fact in facts()]


def test_the_completions_of_2003_are_the_published_ones() -> None:
    completed = [(person, fact.kind) for person, fact, ruling in judged() if ruling.outcome is Finding.COMPLETED]
    assert Counter(kind for _, kind in completed) == {"classroom": 4500, "cyber": 3620, "workplace": 1890}
    assert len(completed) == 10_010
    assert len({person for person, _ in completed}) == 6_731


def test_every_row_of_2003_can_be_decided() -> None:
    assert len(judged()) == 10_617
    assert not [fact for _, fact, ruling in judged() if ruling.outcome is Finding.UNDECIDED]


def test_2003_has_cases_exactly_on_each_threshold_and_they_pass() -> None:
    exact = {
        (reason.rule, reason.passed)
        for _, _, ruling in judged()
        for reason in ruling.reasons
        if reason.actual == reason.required
    }
    assert exact == {("attendance", True), ("progress", True), ("score", True)}


def test_every_verdict_of_2003_survives_storage() -> None:
    assert all(Verdict.from_json(ruling.to_json()) == ruling for _, _, ruling in judged())
