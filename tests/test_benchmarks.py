"""What `scripts/bench` prints. Nothing is measured here: tests hold no stopwatch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from scripts.benchmarks import cpu, pages, served
from scripts.benchmarks.result import HEAD, Result

ROOT = Path(__file__).parent.parent


def test_a_result_is_one_line_of_json() -> None:
    line = Result("cpu catalogue", 1.23456, "ms", 3).to_json()
    assert json.loads(line) == {"name": "cpu catalogue", "value": 1.235, "unit": "ms", "limit": 3, "ratio": 0.4115}
    assert "\n" not in line


def test_a_result_without_a_limit_has_no_ratio() -> None:
    assert json.loads(Result("rate empty", 12345.6, "/s", None).to_json())["ratio"] is None


@pytest.mark.parametrize(
    "result", [Result("rate empty", 12345.6, "/s", None), Result("p99 catalogue", 0.5, "ms", 0.25)]
)
def test_the_columns_of_the_table_stand_under_their_headings(result: Result) -> None:
    assert len(result.to_row()) == len(HEAD)


def test_percentiles_are_measured_values() -> None:
    waits = [float(n) for n in range(1, 101)]
    assert [served._percentile(waits, percent) for percent in (50, 95, 99)] == [51, 96, 100]
    assert served._percentile([7.0], 99) == 7


def test_the_empty_route_answers_without_a_socket(app: Flask) -> None:
    assert cpu.request(app, cpu.EMPTY, "")() == "200 OK"
    assert cpu.request(app, "/no-such-page?year=2003", "")() == "404 NOT FOUND"


def test_what_is_no_page_has_no_figure(app: Flask) -> None:
    with pytest.raises(cpu.Unanswered, match="404 NOT FOUND"):
        cpu.milliseconds(cpu.request(app, "/no-such-page", ""))


def test_an_unknown_option_is_refused_before_anything_is_built() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "--fast"], cwd=ROOT, capture_output=True, text=True
    )
    assert asked.returncode == 2
    assert "unrecognized arguments" in asked.stderr


def test_pages_of_several_sizes_stand_beside_each_other() -> None:
    row = [
        pages.Measured(Result("runs_list_cpu_ms", value, "ms", 3), people, 10, 3)
        for value, people in ((2.5, 12_000), (3.25, 120_000))
    ]
    assert pages._line(row).split() == ["runs_list_cpu_ms", "2.50", "3", "3.25", "3", "ms", "3", "1.30", "over"]
    assert json.loads(row[1].to_json()).items() >= {"value": 3.25, "people": 120_000, "queries": 3, "limit": 3}.items()


def test_statements_that_grow_with_the_organisation_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    row = [pages.Measured(Result("runs_list_cpu_ms", 2, "ms", 3), people, 10, people) for people in (3, 5)]
    pages._complain(row)
    assert "runs_list_cpu_ms differ: 3 of 3 people, 5 of 5 people" in capsys.readouterr().err
    pages._complain(row[:1])
    assert not capsys.readouterr().err


def test_folders_may_be_given_without_sizes() -> None:
    asked = pages._options(["runs", "--home", "one", "--home", "two"])
    assert (asked.names, asked.people, asked.home) == (["runs"], [12_000, 12_000], [Path("one"), Path("two")])
    assert pages._options([]).people == [12_000]


def test_the_statements_of_a_request_are_counted(app: Flask) -> None:
    assert pages._statements(cpu.request(app, "/readyz")) > pages._statements(cpu.request(app, cpu.EMPTY)) == 0
