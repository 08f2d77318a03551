"""Captions as WebVTT (W3C): what was typed or sent is checked line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courses.errors import Refused
from courses.text import Text, text

LONGEST = 1_000_000
"""Bytes of captions: more than a day of talk."""
_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+.*)?", re.ASCII)
_MARK = "WEBVTT"


def checked(content: str) -> str:
    """Captions that every browser reads, with their mark at the top. Raises `Refused`, naming the line at fault."""
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.strip() for line in lines):
        raise _at(1, text("There is nothing here. Write captions, or remove them."))
    if not lines[0].startswith(_MARK):
        if "-->" not in "\n".join(lines[:4]):
            raise _at(1, text("Captions begin with WEBVTT, and a blank line."))
        lines = [_MARK, "", *lines]
        _require_cues(lines, -2)
    else:
        _require_cues(lines, 0)
    return "\n".join(lines).strip() + "\n"


def decoded(data: bytes) -> str:
    """The words of a file of captions. Raises `Refused` when they are not in UTF-8, or far too many."""
    if len(data) > LONGEST:
        raise Refused(text("These are no captions: the file is too large."), code="captions")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(text("The captions are not in UTF-8. Save the file as UTF-8."), code="captions") from None


def _require_cues(lines: list[str], shift: int) -> None:
    """At least one cue; each with its times in order, and with words below them. `shift`: lines that we added."""
    last, found = -1, False
    for number, line in _timings(lines):
        times = _TIMING.fullmatch(line.strip())
        if times is None:
            reason = text("“%(line)s” is no time. Write it as 00:01.000 --> 00:04.000.", line=line.strip()[:60])
            raise _at(number + shift, reason)
        start, end = _milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:])
        if end <= start:
            raise _at(number + shift, text("The end is not after the beginning."))
        if start < last:
            raise _at(number + shift, text("It begins before the one above. Put the captions in order."))
        if number >= len(lines) or not lines[number].strip():
            raise _at(number + shift, text("There are no words below the times."))
        last, found = start, True
    if not found:
        raise _at(
            1, text("There is no caption yet. Write a line of times, such as 00:01.000 --> 00:04.000, and words below.")
        )


def _timings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Every line that has times, or stands where they should be, with its number; notes and styles are left out."""
    begins = True
    for index, line in enumerate(lines[1:], 2):
        if not line.strip():
            begins = True
        elif begins and line.startswith(("NOTE", "STYLE", "REGION")):
            begins = False
        elif "-->" in line:
            begins = False
            yield index, line
        elif begins:
            begins = False
            if index >= len(lines) or "-->" not in lines[index]:
                yield index, line  # neither times nor the name of a caption with times below


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _at(line: int, reason: Text) -> Refused:
    return Refused(text("Captions, line %(line)s: %(reason)s", line=line, reason=reason), code="captions")
