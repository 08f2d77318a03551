"""The API against its own description, by schemathesis (in `.venv-contract`, as a process of its own).

Not part of the usual run, which has no such environment: `scripts/test` names this file.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from lms.api import bearer
from lms.api.places import PREFIX
from lms.web.certificates import reading
from tests.api.conftest import a_token
from tests.live import Live
from tests.world import a_world

SCHEMATHESIS = Path(__file__).parents[2] / ".venv-contract/bin/schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
LONGEST_SECONDS = 300


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries thousands of wrong things would soon see 429 alone."""
    monkeypatch.setattr(bearer, "_WRONG", {"times": 10**6, "minutes": 10})
    monkeypatch.setattr(reading, "_WRONG_CODES", {"times": 10**6, "minutes": 10})


@pytest.mark.parametrize("who", ["dan", "ana"])
def test_the_api_does_what_its_description_says(live: Live, tmp_path: Path, who: str) -> None:
    """An officer, an employee: whatever is sent, no 5xx, only described statuses and shapes."""
    world = a_world(live.db)
    secret = a_token(live.session, world.people[who])
    command = [
        str(SCHEMATHESIS), f"--config-file={CONFIGURATION}", "run", f"{live.url}{PREFIX}/openapi.json",
        "--url", live.url, "--header", f"Authorization: Bearer {secret}",
    ]  # fmt: skip
    known = {**os.environ, "CERTIFICATE_CODE": str(world.ids["code"])}
    run = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, timeout=LONGEST_SECONDS)
    assert run.returncode == 0, run.stdout[-200_000:] + run.stderr[-2_000:]
