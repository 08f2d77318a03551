"""The columns of a table file: how a heading is recognised and how a cell becomes a value.

A converter takes the clean, non-empty text of a cell and returns a value, or raises `Unreadable`. Every format
hands over text: a workbook's numbers and dates arrive as `199802426`, `77.61` and `2003-10-13` (see `workbooks`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from courses.text import Text, clean, text

T = TypeVar("T")
Convert = Callable[[str], object]


class Unreadable(Exception):
    """A cell that cannot be understood: `reason` says why, `remedy` what to write instead."""

    def __init__(self, reason: Text, remedy: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.remedy = remedy


def words(longest: int = 200) -> Callable[[str], str]:
    """A converter for any text of at most so many characters: those its place in the database has."""

    def convert(value: str) -> str:
        if len(value) > longest:
            raise Unreadable(
                text("The text is %(length)s characters long.", length=len(value)),
                text("Shorten it to %(longest)s characters.", longest=longest),
            )
        return value

    return convert


A_NAME = words()


@dataclass(frozen=True)
class Column:
    """One column: recognised by its Korean heading, by an English one, or by `field` itself.

    A `required` column must be in the file, and its cells filled in unless `blank` is true. Empty cells are None.
    """

    field: str
    korean: str
    english: tuple[str, ...] = ()
    required: bool = True
    convert: Convert = A_NAME
    blank: bool = False

    def names(self) -> set[str]:
        """Everything its heading may be, in the form `heading_key` gives."""
        return {heading_key(name) for name in (self.field, self.korean, *self.english)}

    def value(self, cell: str) -> object:
        """What a cell says, None when it is empty; raises `Unreadable`."""
        cleaned = clean(cell)
        if cleaned:
            return self.convert(cleaned)
        if self.required and not self.blank:
            raise Unreadable(
                text("The cell is empty."), text("Fill in the cell; this column needs a value in every row.")
            )
        return None


def heading_key(heading: str) -> str:
    """What two headings are compared by: NFC, lower case, without blanks and underscores."""
    return clean(heading).casefold().replace(" ", "").replace("_", "")


def code(value: str) -> str:
    """An employee number, course code or the like: up to 40 characters, no blanks, not spoilt by a spreadsheet."""
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+", value):
        raise Unreadable(
            text("The spreadsheet has shortened the number and its last digits are lost."),
            text("Format the column as text, enter the number again and save the file again."),
        )
    if " " in value or len(value) > 40:
        raise Unreadable(
            text("A code has no blanks and at most 40 characters."),
            text("Write the code alone, for example C001."),
        )
    return value


_INTEGER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")


def integer(low: int = 0, high: int = 1_000_000_000) -> Callable[[str], int]:
    """A converter for whole numbers from `low` to `high`; 1,260 is 1260."""

    def convert(value: str) -> int:
        if not _INTEGER.fullmatch(value):
            raise Unreadable(text("This is not a whole number."), text("Write digits only, for example 30."))
        number = int(value.replace(",", ""))
        if not low <= number <= high:
            raise Unreadable(
                text("The number is out of range."),
                text("Write a number from %(low)s to %(high)s.", low=low, high=high),
            )
        return number

    return convert


_HUNDREDTHS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2})0*)?")


def hundredths(high: int = 10_000) -> Callable[[str], int]:
    """A converter for 0 to `high` / 100 with at most two decimals, as exact hundredths: 77.61 is 7761."""

    def convert(value: str) -> int:
        match = _HUNDREDTHS.fullmatch(value)
        if not match:
            raise Unreadable(
                text("This is not a number with at most two decimals."),
                text("Write digits with a point and at most two decimals, for example 77.61."),
            )
        number = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if number > high:
            raise Unreadable(
                text("The number is out of range."),
                text("Write a number from %(low)s to %(high)s.", low=0, high=f"{high / 100:g}"),
            )
        return number

    return convert


_DATE = re.compile(
    r"([0-9]{4})(?: ?[-./] ?| ?년 ?)([0-9]{1,2})(?: ?[-./] ?| ?월 ?)([0-9]{1,2})(?:\.| ?일)?"
    r"(?: 0?0:00(?::00)?)?"  # what spreadsheets add when a date has the format of a moment
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)


def day(value: str) -> datetime.date:
    """A day of 1900 to 2199: 2003-10-13, 2003.10.13, 2003. 10. 13., 2003/10/13, 20031013, 2003년 10월 13일."""
    match = _DATE.fullmatch(value)
    if not match:
        raise Unreadable(text("This is not a date."), text("Write the date as 2003-10-13."))
    year, month, date = (int(part) for part in match.groups() if part)
    try:
        found = datetime.date(year, month, date)
    except ValueError as error:
        raise Unreadable(
            text("There is no such day in the calendar."), text("Correct the date; write it as 2003-10-13.")
        ) from error
    if not 1900 <= year < 2200:
        raise Unreadable(text("The year is out of range."), text("Write a year from 1900 to 2199."))
    return found


def choice(options: Mapping[str, T]) -> Callable[[str], T]:
    """A converter for one of some words, in any language: `choice({"출석": "classroom", "classroom": "classroom"})`."""
    known = {heading_key(word): value for word, value in options.items()}

    def convert(value: str) -> T:
        try:
            return known[heading_key(value)]
        except KeyError:
            raise Unreadable(
                text("The word is not one of those known here."),
                text("Write one of: %(options)s.", options=", ".join(options)),
            ) from None

    return convert


_YES = ("Y", "예", "yes", "true", "O", "1")
_NO = ("N", "아니오", "아니요", "no", "false", "X", "0")
_yes_or_no = choice({**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)})


def yes_no(value: str) -> bool:
    """Y or N, 예 or 아니오, yes or no, true or false, O or X, 1 or 0."""
    try:
        return _yes_or_no(value)
    except Unreadable:
        raise Unreadable(text("This is neither yes nor no."), text("Write Y or N.")) from None


_MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


def mail(value: str) -> str:
    """One mail address, in lower case."""
    if len(value) > 254 or ".." in value or not _MAIL.fullmatch(value):
        raise Unreadable(text("This is not a mail address."), text("Write one address, for example hong@city.example."))
    return value.lower()
