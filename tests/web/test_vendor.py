"""Files taken from elsewhere are exactly those that `VENDOR.toml` names."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lms import paths

pytestmark = pytest.mark.once

MANIFEST = tomllib.loads((paths.STATIC / "VENDOR.toml").read_text())
TAKEN = ("vendor", "fonts", "icons", "licences")


SUMS = {path: digest for package in MANIFEST["package"] for path, digest in package["sha256"].items()}


@pytest.mark.parametrize(("path", "expected"), SUMS.items())
def test_file_is_the_one_named(path: str, expected: str) -> None:
    assert hashlib.sha256((paths.STATIC / path).read_bytes()).hexdigest() == expected


def test_every_taken_file_is_named() -> None:
    found = {str(file.relative_to(paths.STATIC)) for folder in TAKEN for file in _files(paths.STATIC / folder)}
    assert found <= SUMS.keys()


def test_every_package_ships_its_licence() -> None:
    for package in MANIFEST["package"]:
        assert any(path.startswith("licences/") for path in package["sha256"]), package["name"]


@pytest.mark.parametrize("slice_name", ["core", "rest"])
def test_changed_font_does_not_bear_the_reserved_name(slice_name: str) -> None:
    (file,) = (paths.STATIC / "fonts").rglob(f"{slice_name}.woff2")
    # The licence text and address may be kept; family, full and PostScript names may not.
    names = {record.toUnicode() for record in TTFont(file)["name"].names if record.nameID in range(1, 7)}
    assert "LMS Sans" in names
    assert not any("pretendard" in name.lower() for name in names)


def test_every_icon_used_is_in_the_sprite() -> None:
    sprite = (paths.STATIC / "icons" / "icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for template in paths.TEMPLATES.rglob("*.html")
        for name in re.findall(r'\bicon\("([a-z0-9-]+)"', template.read_text())
    }
    assert used <= there


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())
