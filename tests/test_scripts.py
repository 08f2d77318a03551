"""The promises of scripts/ and of the locks that no run of them shows."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {path.name: path.read_text() for path in sorted(ROOT.glob("requirements*.lock"))}
SCRIPTS = [path for path in (*ROOT.glob("scripts/*"), ROOT / ".ci/run") if path.suffix == "" and path.is_file()]


def locked(lock: str) -> dict[str, Version]:
    pins = re.findall(r"^([\w.-]+)==(\S+)", LOCKS[lock], re.MULTILINE)
    return {name: Version(version) for name, version in pins}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_address(name: str) -> None:
    for block in LOCKS[name].replace("\\\n", "").splitlines():
        assert "==" in block
        assert "--hash=sha256:" in block
        assert "://" not in block


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_satisfies_pyproject(name: str) -> None:
    versions = locked(name)
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
    if name == "requirements-contract.lock":
        wanted = PROJECT["dependency-groups"]["contract"]
    if name == "requirements-test.lock":
        wanted += [line for line in PROJECT["dependency-groups"]["test"] if isinstance(line, str)]
    for line in wanted:
        requirement = Requirement(line)
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_tests_run_on_the_versions_that_are_served() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-test.lock").items()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_started_and_says_what_it_does(script: Path) -> None:
    lines = script.read_text().splitlines()
    assert script.stat().st_mode & 0o111
    assert lines[0].startswith("#!/usr/bin/env ")
    assert len(lines[1]) > len("# what it does")
    if lines[0].endswith(" bash"):
        subprocess.run(["bash", "-n", script], check=True)


def test_a_server_of_its_own_survives_a_crash_and_leaves_nothing() -> None:
    server = Postgres(durable=True)
    folder = Path(server.url.split("host=")[1])
    try:
        server.halt()
        server.start()
        assert (folder / ".s.PGSQL.5432").is_socket()
    finally:
        server.stop()
    assert not folder.exists()
