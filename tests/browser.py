"""A headless Chromium for the tests: the one that `CHROMIUM` names, else a headless shell, else an installed one.

The shell is Chromium without windows: the tests take three fifths of the time with it. Where there is none, Debian's
package is unpacked into `.cache/chromium` and not installed: this needs no root and changes no machine.

    python -m tests.browser      starts it once and prints its path and version
"""

import ctypes
import fcntl
import glob
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_SHELL = "chromium-headless-shell"
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_MACOS = "/Applications/*.app/Contents/MacOS/*Chrom*"
_INSTALLED = Path("/usr/lib/chromium")
_CACHE = Path(__file__).parent.parent / ".cache" / "chromium"
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # Chromium's sandbox does not work as root and in most containers; the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def launch() -> Iterator[Browser]:
    """A browser that is closed at the end. Each test takes its own `browser.new_context()`."""
    path = chromium_path()
    _complete_driver()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


def chromium_path() -> str:
    """Path of a Chromium that runs. Raises `RuntimeError` with the remedy when there is none to be had."""
    if named := os.environ.get("CHROMIUM"):
        return named
    if shell := shutil.which(_SHELL):
        return shell
    found = [path for name in _NAMES if (path := shutil.which(name))] or glob.glob(_MACOS)
    try:
        return str(_debian())
    except RuntimeError:
        if found:
            return found[0]
        raise


def _complete_driver() -> None:
    """Playwright's own program needs a library that a minimal Debian lacks."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        if sys.platform == "linux":
            os.environ["LD_LIBRARY_PATH"] = _libraries(_debian().parent)


def _debian() -> Path:
    """The unpacked packages' command; whoever comes second waits until it is there."""
    start = _CACHE / "start"
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not start.exists():
            _unpack(_CACHE)
            _write_start(_CACHE, start)
    return start


def _unpack(folder: Path) -> None:
    """Chromium and what it needs that this machine lacks. apt keeps its state in a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="lms-apt-") as scratch:
        (Path(scratch) / "state/lists/partial").mkdir(parents=True)
        (Path(scratch) / "cache/archives/partial").mkdir(parents=True)
        options = {
            "Dir::State": f"{scratch}/state",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": f"{scratch}/cache",
            "Debug::NoLocking": "1",
            "APT::Install-Recommends": "0",
            "APT::Sandbox::User": "",
        }
        apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
        _run(*apt, "update")
        _run(*apt, "--yes", "--download-only", "install", _SHELL, "libatomic1")
        for package in Path(scratch).glob("cache/archives/*.deb"):
            _run("dpkg-deb", "--extract", package, folder)
    for file in _INSTALLED.glob(
        "*"
    ):  # what is installed already was not sent again, and is looked for beside the program
        beside = folder / "usr/lib/chromium" / file.name
        if not beside.exists():
            beside.symlink_to(file)


def _write_start(folder: Path, start: Path) -> None:
    """A command that starts it from where it lies: with its own libraries, fonts and their settings."""
    settings = {"XDG_DATA_HOME": str(folder / "usr/share")}
    if libraries := _libraries(folder):
        settings["LD_LIBRARY_PATH"] = libraries
    if not Path("/etc/fonts").exists():
        settings["FONTCONFIG_PATH"] = str(folder / "etc/fonts")
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    program = shlex.quote(str(folder / "usr/lib/chromium" / _SHELL))
    unfinished = start.with_suffix(".new")
    unfinished.write_text("\n".join(["#!/bin/sh", *lines, f'exec {program} "$@"', ""]))
    unfinished.chmod(0o755)
    unfinished.rename(start)


def _libraries(folder: Path) -> str:
    return ":".join(sorted({str(file.parent) for file in folder.glob("**/lib/*-linux-gnu*/**/*.so*")}))


def _run(*command: str | Path) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise RuntimeError(f"No Chromium: install it, or set CHROMIUM to its path. ({missing})") from missing
    if done.returncode:
        said = (done.stderr or done.stdout)[-2000:]
        raise RuntimeError(f"No Chromium: install it, or set CHROMIUM to its path. {command[0]} said:\n{said}")


if __name__ == "__main__":
    try:
        with launch() as running:
            print(chromium_path(), running.version)
    except RuntimeError as failure:
        sys.exit(str(failure))
