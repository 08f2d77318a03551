"""The confirmation that somebody taught (출강확인서): what, when, how many periods; no account, no resident number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from courses.printing.page import Column, Document
from courses.scheduling.taught import Taught, Teacher
from courses.text import Text, text

_HEADINGS = (text("Date"), text("Time"), text("Course"), text("Session"), text("Periods"), text("Place"))
_SHARES = (2.1, 2.1, 5, 2.4, 1.1, 3)


def confirmation(
    teacher: Teacher, first: date, last: date, *, organisation: str, issuer: str, day: date, dated: str,
    language: str,
    words: Callable[[Text], str],
) -> bytes:  # fmt: skip
    """A PDF of all that `teacher` taught from `first` to `last`, confirmed on `day` (`dated`: in words).

    `words` puts texts into `language`. Raises `Refused` as `Document` does.
    """
    document = Document(words(text("Confirmation of teaching")), organisation, day, language=language)
    total = text("%(periods)s periods on %(days)s days", periods=teacher.periods, days=teacher.days)
    entries = [
        (text("Name"), teacher.name),
        (text("Institution"), teacher.institution),
        (text("Time span"), f"{first} ~ {last}"),
        (text("Together"), words(total)),
    ]
    document.entries((words(label), value) for label, value in entries if value)
    document.space(4)
    columns = [Column(words(heading), share) for heading, share in zip(_HEADINGS, _SHARES, strict=True)]
    document.table(columns, [_row(one, words) for one in teacher.taught])
    document.needs(48)
    document.space(12)
    document.paragraph(words(text("It is confirmed that the above was taught.")), size=12, align="centre")
    document.space(3)
    document.paragraph(dated, size=12, align="centre")
    document.space(8)
    document.paragraph(issuer, size=16, weight="bold", align="centre")
    return document.finish()


def _row(one: Taught, words: Callable[[Text], str]) -> tuple[str | int, ...]:
    session = text("run %(run)s, session %(session)s", run=one.run_number, session=one.session_number)
    when = f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M}"
    return str(one.day), when, one.title, words(session), one.periods, one.place
