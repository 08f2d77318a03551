"""What `scripts/bench` prints. Nothing is measured here: tests hold no stopwatch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from scripts.benchmarks import cpu, served
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


def test_an_unknown_option_is_refused_before_anything_is_built() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "--fast"], cwd=ROOT, capture_output=True, text=True
    )
    assert asked.returncode == 2
    assert "unrecognized arguments" in asked.stderr
