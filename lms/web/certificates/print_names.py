"""What the files of a print run are called, so that they are found again in a folder of downloads."""

from __future__ import annotations

import re

from courses.certificates.printing.files import Part, PrintFile
from courses.text import clean

LONGEST = 80
"""Characters, the ending included: in Korean 240 bytes, of the 255 that file systems take."""
_DEPARTMENTS, _NUMBERS = 24, 32
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
"""What Windows takes in no name, nor others."""


def named(print_job_id: int, place: int, one: PrintFile, part: str, title: str) -> str:
    """12-02 Certificates 데이터 분석 실무 2026-3 총무과~감사과 2026-000501~001000.pdf; in the order of `place`.

    `part` and `title` are words: of the file, and of the run. What has no room is cut from the title.
    """
    numbers = _between(one.first, one.last) if one.part is Part.SHEETS else ""
    departments = safe(one.departments)[:_DEPARTMENTS].strip()
    rest = " ".join(word for word in (departments, numbers) if word)
    return _fitted(f"{print_job_id}-{place:02} {part}", title, rest, one.form)


def zip_named(words: str, title: str) -> str:
    """The name of all files in one."""
    return _fitted(words, title, "", "zip")


def safe(said: str) -> str:
    """The same for a name of a file, on any system."""
    return clean(_UNSAFE.sub("-", said)).strip(" .")


def _fitted(head: str, title: str, rest: str, form: str) -> str:
    head, end = safe(head), f" {safe(rest)}" if rest else ""
    room = LONGEST - len(head) - len(end) - len(form) - 2
    shown = safe(title)[: max(room, 0)].strip(" .")
    return f"{head}{' ' if shown else ''}{shown}{end}.{form}"


def _between(first: str, last: str) -> str:
    """From 제2026-000501호 to 제2026-001000호: 2026-000501~001000."""
    begin, end = (re.findall("[0-9]+", number) for number in (first, last))
    if not (begin and end):
        return ""
    return f"{'-'.join(begin)}~{end[-1] if begin[:-1] == end[:-1] else '-'.join(end)}"[:_NUMBERS]
