"""The form of an official letter (공문): numbering, indentation, dates, enclosures and the mark of the end.

By the rules on administrative documents (행정업무의 운영 및 혁신에 관한 규정 제7조, 시행규칙 제2조): items are
numbered 1. 가. 1) 가) (1) (가) ① ㉮, each level two columns further in than the one above, one blank after the mark; a
single item has no mark; dates are digits with dots, times of the day 24 hours with a colon; enclosures stand under the
body after two blanks; two blanks after the last letter comes "끝.".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses import clock

_INDENT = "  "
_INITIALS = (0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18)  # the plain consonants ㄱ to ㅎ
_VOWELS = (0, 4, 8, 13, 18, 20)  # ㅏ ㅓ ㅗ ㅜ ㅡ ㅣ
_CIRCLED = 20
_WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENCLOSED = {"ko": "붙임", "en": "Encl."}
_END = {"ko": "끝.", "en": "End."}
_TO = {"ko": ("수신", "내부결재", "수신자 참조", "수신자"), "en": ("To", "Internal", "See receivers", "Receivers")}
_SUBJECT = {"ko": "제목", "en": "Subject"}
_SENT = {"ko": "시행", "en": "Sent as"}


@dataclass(frozen=True)
class Item:
    """A numbered sentence, and those under it."""

    words: str
    below: tuple[Item, ...] = ()


def body(items: Sequence[Item], enclosures: Sequence[str], language: str = "ko") -> str:
    """The body of a letter. `enclosures` are their names with how many copies there are: "신청서 1부."."""
    lines = _lines(items, 0, language)
    if not enclosures:
        return "\n".join([*lines[:-1], f"{lines[-1]}{_INDENT}{_END[language]}"])
    head = _ENCLOSED[language] + _INDENT
    blank = " " * columns(head)
    many = len(enclosures) > 1
    named = [f"{n}. {name}" if many else name for n, name in enumerate(enclosures, 1)]
    listed = [f"{head if n == 0 else blank}{name}" for n, name in enumerate(named)]
    listed[-1] += f"{_INDENT}{_END[language]}"
    return "\n".join([*lines, "", *listed])


def head(receivers: Sequence[str], title: str, language: str = "ko") -> list[str]:
    """The lines over the body: to whom, and the title. Without receivers it stays inside."""
    to, inside, many, _ = _TO[language]
    whom = many if len(receivers) > 1 else (receivers or [inside])[0]
    return [f"{to}{_INDENT}{whom}", f"{_SUBJECT[language]}{_INDENT}{title}"]


def foot(receivers: Sequence[str], number: str, sent_on: date | None, language: str = "ko") -> list[str]:
    """The lines under the issuer: all receivers where there are several, and the document's number once it has one."""
    lines = [f"{_TO[language][3]}{_INDENT}{', '.join(receivers)}"] if len(receivers) > 1 else []
    if number and sent_on:
        lines.append(f"{_SENT[language]}{_INDENT}{number} ({short_day(sent_on, language)})")
    return lines


def head_of(unit: str, language: str = "ko") -> str:
    """Who is written to at a unit: 총무과 → 총무과장, 감사담당관 → 감사담당관."""
    if language == "en":
        return f"Head of {unit}"
    return unit if unit.endswith("관") else f"{unit}장"


def _lines(items: Sequence[Item], level: int, language: str) -> list[str]:
    found = []
    for number, item in enumerate(items, 1):
        sign = f"{mark(level, number, language)} " if len(items) > 1 else ""
        found.append(f"{_INDENT * level}{sign}{item.words}")
        found += _lines(item.below, level + 1, language)
    return found


def mark(level: int, number: int, language: str = "ko") -> str:
    """The sign before the item of a number (from 1) on a level (from 0)."""
    letter = _syllable(number) if language == "ko" else _letter(number)
    signs = (f"{number}.", f"{letter}.", f"{number})", f"{letter})", f"({number})", f"({letter})", _round(number))
    return signs[level] if level < len(signs) else _round_letter(number, letter)


def _syllable(number: int) -> str:
    """가, 나, … 하, 거, 너, …"""
    vowel, initial = divmod(number - 1, len(_INITIALS))
    return chr(ord("가") + _INITIALS[initial] * 588 + _VOWELS[vowel % len(_VOWELS)] * 28)


def _letter(number: int) -> str:
    """a, b, … z, aa, bb, …"""
    again, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (again + 1)


def _round(number: int) -> str:
    return chr(ord("①") + number - 1) if number <= _CIRCLED else f"({number})"


def _round_letter(number: int, letter: str) -> str:
    if "가" <= letter <= "힣":
        return chr(ord("㉮") + number - 1) if number <= len(_INITIALS) else f"({letter})"
    return chr(ord("ⓐ") + number - 1) if len(letter) == 1 else f"({letter})"


def indented(line: str) -> str:
    """The blanks and the sign that a line begins with, under which its next lines are set in."""
    blanks = len(line) - len(line.lstrip(" "))
    first, _, rest = line.lstrip(" ").partition(" ")
    is_sign = bool(rest) and (first[-1:] in ".)" or len(first) == 1) and len(first) <= 4
    if first in _ENCLOSED.values():
        return line[: blanks + len(first) + len(_INDENT)]
    return line[: blanks + len(first) + 1] if is_sign else line[:blanks]


def columns(words: str) -> int:
    """Columns (타): a Korean letter takes two."""
    return sum(2 if ord(one) > 0x1100 else 1 for one in words)


def day(value: date, language: str = "ko") -> str:
    """'2026. 11. 23.(월)' / '23 Nov 2026 (Mon)'."""
    name = _WEEKDAYS[language][value.weekday()]
    if language == "ko":
        return f"{value.year}. {value.month}. {value.day}.({name})"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year} ({name})"


def short_day(value: date, language: str = "ko") -> str:
    """'2026. 11. 23.' / '23 Nov 2026': without the weekday, as beside a document's number."""
    return day(value, language).partition("(")[0].strip()


def days(first: date, last: date, language: str = "ko") -> str:
    """'2026. 12. 7.(월) ~ 12. 8.(화)': the year once where it is the same."""
    if first == last:
        return day(first, language)
    late = day(last, language)
    if language == "ko" and first.year == last.year:
        late = late.removeprefix(f"{last.year}. ")
    return f"{day(first, language)} ~ {late}"


def moment(value: datetime, language: str = "ko") -> str:
    """'2026. 11. 23.(월) 09:00', on the office's clock."""
    local = clock.local(value)
    return f"{day(local.date(), language)} {local:%H:%M}"


def deadline(value: datetime, language: str = "ko") -> str:
    """A moment until which something is to be done: midnight is '2026. 11. 28.(토) 24:00', not the 29th at 00:00."""
    local = clock.local(value)
    if (local.hour, local.minute) != (0, 0):
        return moment(value, language)
    return f"{day(local.date() - timedelta(days=1), language)} 24:00"


def hours(first: str, last: str) -> str:
    """'09:00~18:00'."""
    return f"{first}~{last}"
