"""The wheel, installed elsewhere, serves: templates, migrations, fonts, translations and static files are in it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", folder / "site", wheel], check=True)
    return folder / "site"


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server started from the wheel, on an empty database."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PYTHONPATH"}},
        "PYTHONPATH": str(installed),
        "LMS_HOME": str(home),
        "PORT": str(port),
        "WORKERS": "1",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "lms", "serve", "--no-demo"],
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    lines = iter(server.stdout.readline, "")
    ready = next((line for line in lines if line.startswith("ready ")), "")
    yield ready.removeprefix("ready ").strip()
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    server.stdout.close()


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_nothing_of_the_checkout_is_used(installed: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import lms.paths as p, courses; print(p.ROOT, courses.__file__)"],
        env={**os.environ, "PYTHONPATH": str(installed)}, cwd=installed, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert str(ROOT) not in where


def test_it_serves_pages_with_their_style(address: str) -> None:
    page = fetch(f"{address}/sign-in")
    assert "<h1" in page
    for sheet in re.findall(r'href="(/static/[^"]+\.css)"', page):
        assert "{" in fetch(address + sheet)


def test_it_is_ready(address: str) -> None:
    assert fetch(f"{address}/readyz") == "ready\n"


def test_it_made_keys_to_sign_with_and_says_who_vouches_for_them(address: str) -> None:
    assert fetch(f"{address}/trust/ca.pem").startswith("-----BEGIN CERTIFICATE-----")
