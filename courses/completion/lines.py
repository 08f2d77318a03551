"""On which line of a policy pack a key stands, so that an error can point at it."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_SAID = re.compile(r"line (\d+)")


def line_of(content: str, key: str) -> int:
    """The line (from 1) of a key such as "site.attendance.minimum".

    Of a key that is not there the line of its table; where that is not there either, the last line.
    """
    lines = _lines(content)
    for wanted in (key, key.rpartition(".")[0]):
        if wanted in lines:
            return lines[wanted]
    return max(1, len(content.splitlines()))


def line_of_fault(content: bytes, error: Exception) -> int:
    """The line of which a TOML reader complains; of what is not UTF-8, the line of the first such byte."""
    if isinstance(error, UnicodeDecodeError):
        return content.count(b"\n", 0, error.start) + 1
    said = _SAID.search(str(error))
    return int(said[1]) if said else content.count(b"\n") + 1


def _lines(content: str) -> dict[str, int]:
    """Every table and key with its line; of a table that only has tables under it, that of the first."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(content.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _plain(header[1])
            for name in _with_parents(table):
                found.setdefault(name, number)
        elif pair := _KEY.match(line):
            found.setdefault(f"{table}.{_plain(pair[1])}".lstrip("."), number)
    return found


def _with_parents(table: str) -> list[str]:
    parts = table.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
