"""What a preview says: field names as in the person's own file, values as a person writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from courses.exchange.catalogue import KINDS, LEVELS
from courses.exchange.plan import Entry
from courses.exchange.preview import Preview
from courses.exchange.reading import BadRow
from courses.exchange.writing import Cell
from courses.text import Text, text
from lms.i18n import language, words

_BESIDE_THE_COLUMNS = {"left_on": text("Left"), "role": text("Role"), "teaches": text("Instructor")}
_HUNDREDTHS = {"progress", "score"}
_WORDS: Mapping[str, Mapping[str, object]] = {"kind": KINDS, "level": LEVELS}


def field_name(preview: Preview, field: str) -> str:
    """The heading of a field in this file, or what stands for it."""
    known = preview.source.table.headings.get(field)
    return known or words(_BESIDE_THE_COLUMNS.get(field, field))


def value(field: str, content: object) -> str:
    """A value before or after a change."""
    if content is None or content == "" or content == ():
        return "–"
    if isinstance(content, bool):
        return "Y" if content else "N"
    if isinstance(content, int) and field in _HUNDREDTHS:
        return f"{content / 100:.2f}".rstrip("0").rstrip(".")
    if isinstance(content, Text):
        return words(content)
    if isinstance(content, tuple):
        return ", ".join(words(part) for part in content)
    if isinstance(content, date):
        return content.isoformat()
    if field in _WORDS and language() == "ko":
        return next(word for word, known in _WORDS[field].items() if known is content)
    return str(content)


def changes(preview: Preview, entry: Entry) -> list[tuple[str, str, str]]:
    """Every change of an entry: field, before, after."""
    return [
        (field_name(preview, change.field), value(change.field, change.before), value(change.field, change.after))
        for change in entry.differences
    ]


def bad_row_lines(preview: Preview, cells: dict[int, dict[str, str]], headings: Iterable[str]) -> list[list[Cell]]:
    """One line a bad row: its number, its cells as they were, every reason and remedy."""
    fields = list(headings)
    together: dict[int, list[BadRow]] = {}
    for bad in preview.bad:
        together.setdefault(bad.row, []).append(bad)
    return [
        [number, *(cells.get(number, {}).get(name, "") for name in fields), *_why(preview, found)]
        for number, found in together.items()
    ]


def _why(preview: Preview, found: list[BadRow]) -> tuple[str, str]:
    reasons = (
        f"{field_name(preview, bad.field)}: {words(bad.reason)}" if bad.field else words(bad.reason) for bad in found
    )
    return " ".join(reasons), " ".join(words(bad.remedy) for bad in found)
