"""Days and months as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from courses import clock
from lms.web.formats import days, deadline, moment, month_badge


@pytest.fixture(params=["ko", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(headers={"Accept-Language": request.param}):
        yield request.param


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))


def test_a_year_is_said_once_and_only_when_it_is_another(language: str) -> None:
    korean = language == "ko"
    assert days(date(2026, 11, 23), date(2026, 11, 24)) == (
        "11월 23일(월) ~ 11월 24일(화)" if korean else "Mon 23 Nov – Tue 24 Nov"
    )
    assert days(date(2003, 4, 21), date(2003, 4, 22)) == (
        "2003년 4월 21일(월) ~ 4월 22일(화)" if korean else "Mon 21 Apr – Tue 22 Apr 2003"
    )
    assert days(date(2026, 12, 31), date(2027, 1, 5)) == (
        "12월 31일(목) ~ 2027년 1월 5일(화)" if korean else "Thu 31 Dec – Tue 5 Jan 2027"
    )


def test_midnight_is_the_end_of_the_day_before(language: str) -> None:
    midnight = clock.start_of(date(2026, 11, 29))
    assert deadline(midnight) == ("11월 28일(토) 24:00" if language == "ko" else "Sat 28 Nov 24:00")
    assert deadline(midnight + timedelta(hours=9)) == moment(midnight + timedelta(hours=9))


def test_a_long_period_has_no_weekdays(language: str) -> None:
    assert days(date(2026, 11, 1), date(2027, 1, 30)) == (
        "11월 1일 ~ 2027년 1월 30일" if language == "ko" else "1 Nov – 30 Jan 2027"
    )


def test_the_month_of_another_year_names_it(language: str) -> None:
    assert month_badge(date(2026, 11, 23)) == ("11월" if language == "ko" else "Nov")
    assert month_badge(date(2003, 9, 8)) == ("2003. 9." if language == "ko" else "Sep 2003")
