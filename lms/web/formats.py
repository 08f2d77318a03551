"""Dates, times and numbers as the reader writes them. Filters of every template."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask

from courses import clock as office
from lms.i18n import _, language, words

_WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTH = 31
"""Days from which a period is one of the calendar, not one of classes."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def init_app(app: Flask) -> None:
    """Register the filters."""
    of_days = (weekday, weekday_name, month_badge, month_long, day, day_long, days)
    for filter_ in (*of_days, office_day, clock, moment, deadline, span, hours, number, points, words):
        app.add_template_filter(filter_)


def weekday(value: date) -> str:
    """'월' / 'Mon'."""
    return _WEEKDAYS[language()][value.weekday()]


def weekday_name(value: date) -> str:
    """'월요일' / 'Mon': under the number of a day."""
    return weekday(value) + ("요일" if language() == "ko" else "")


def month(value: date) -> str:
    """'11월' / 'Nov'."""
    return f"{value.month}월" if language() == "ko" else _MONTHS[value.month - 1]


def month_long(value: date) -> str:
    """'2026년 11월' / 'Nov 2026'."""
    return f"{value.year}년 {value.month}월" if language() == "ko" else f"{month(value)} {value.year}"


def month_badge(value: date) -> str:
    """The month over a day: '11월' / 'Nov'; '2003. 9.' / 'Sep 2003' when it is not of this year."""
    if value.year == office.today().year:
        return month(value)
    return f"{value.year}. {value.month}." if language() == "ko" else f"{month(value)} {value.year}"


def day(value: date) -> str:
    """'11월 23일(월)' / 'Mon 23 Nov'; with the year when it is not this one."""
    return _day(value, value.year != office.today().year)


def _day(value: date, with_year: bool, with_weekday: bool = True) -> str:
    if language() == "ko":
        year, name = f"{value.year}년 " * with_year, f"({_WEEKDAYS['ko'][value.weekday()]})" * with_weekday
        return f"{year}{value.month}월 {value.day}일{name}"
    return f"{weekday(value)} " * with_weekday + f"{value.day} {month(value)}" + f" {value.year}" * with_year


def day_long(value: date) -> str:
    """'2026년 11월 23일' / '23 Nov 2026'."""
    if language() == "ko":
        return f"{value.year}년 {value.month}월 {value.day}일"
    return f"{value.day} {month(value)} {value.year}"


def days(first: date, last: date) -> str:
    """'11월 2일(월) ~ 11월 6일(금)' / 'Mon 2 Nov – Fri 6 Nov'; no weekdays where it takes more than a month."""
    if first == last:
        return day(first)
    korean, this_year, weekdays = language() == "ko", office.today().year, (last - first).days <= _MONTH
    early = first.year != this_year and (korean or last.year != first.year)
    late = last.year != first.year or (last.year != this_year and not korean)
    return (" ~ " if korean else " – ").join((_day(first, early, weekdays), _day(last, late, weekdays)))


def office_day(value: datetime) -> date:
    """The day of a moment on the office's clock."""
    return office.local(value).date()


def clock(value: datetime) -> str:
    """'09:00' on the office's clock."""
    return _clock(office.local(value))


def _clock(here: datetime) -> str:
    return f"{here.hour:02}:{here.minute:02}"


def moment(value: datetime) -> str:
    """'11월 23일(월) 09:00' on the office's clock."""
    here = office.local(value)
    return f"{day(here)} {_clock(here)}"


def deadline(value: datetime) -> str:
    """A moment until which something goes: midnight is '11월 28일(토) 24:00', not the 29th at 00:00."""
    here = office.local(value)
    return f"{day(here - timedelta(days=1))} 24:00" if (here.hour, here.minute) == (0, 0) else moment(value)


def span(first: datetime, last: datetime) -> str:
    """'11월 23일(월) 09:00–12:00'."""
    return f"{moment(first)}–{clock(last)}"


def hours(minutes: int) -> str:
    """420 → '7시간' / '7 hours'; 90 → '1시간 30분' / '1 h 30 min'."""
    full, rest = divmod(minutes, 60)
    if language() == "ko":
        return " ".join(
            part for part in (f"{full:,}시간" if full or not rest else "", f"{rest}분" if rest else "") if part
        )
    if not rest:
        return _("1 hour") if full == 1 else _("%(n)s hours", n=number(full))
    return f"{full:,} h {rest} min" if full else f"{rest} min"


def number(value: int) -> str:
    """12000 → '12,000'."""
    return f"{value:,}"


def points(hundredths: int) -> str:
    """7761 → '77.61', 6000 → '60'."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
