"""The organisation's own words for notices, instead of the usual ones.

A wording has a subject and a body with placeholders in braces, by their English or their Korean names: {title},
{과정}. A line whose placeholders all have nothing to say is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed
from courses.notices.models import NoticeKind, Wording
from courses.notices.words import Facts, headline
from courses.people.preferences import LANGUAGES
from courses.text import Text, clean, text

SUBJECT, BODY = 200, 2000
"""Characters of a wording."""

KINDS = tuple(kind for kind in NoticeKind if kind is not NoticeKind.WRITTEN)
"""Those with words of ours; officers' own messages are theirs."""

Wordings = Mapping[tuple[NoticeKind, str], Wording]

PLACEHOLDERS: dict[str, tuple[str, Text]] = {
    "name": ("이름", text("who is told")),
    "title": ("과정", text("the course")),
    "run": ("차수", text("the number of the run")),
    "first": ("시작일", text("the first day")),
    "last": ("종료일", text("the last day")),
    "when": ("첫회차", text("the first session")),
    "place": ("장소", text("the place")),
    "organisation": ("기관", text("the organisation")),
    "details": ("상세", text("the usual lines")),
    "reason": ("사유", text("the reason")),
    "until": ("수락기한", text("the end of an offer")),
    "days": ("남은일수", text("days that are left")),
    "applicant": ("신청자", text("who applied")),
    "due": ("이수기한", text("the day by which a mandatory course was due")),
    "taken": ("확정인원", text("seats taken")),
    "minimum": ("최소인원", text("the smallest number of people")),
    "certificate": ("증명서번호", text("the certificate's number")),
}
"""Each with its Korean name, and what it stands for."""

_EVERYWHERE = ("name", "title", "details", "organisation")
_OF_RUNS = ("run", "first", "last", "when", "place")
_OF_KINDS: dict[NoticeKind, tuple[str, ...]] = {
    NoticeKind.WITHDRAWN: ("reason",),
    NoticeKind.CANCELLED: ("reason",),
    NoticeKind.RETURNED: ("reason",),
    NoticeKind.NOT_SELECTED: ("reason",),
    NoticeKind.OFFERED: ("until",),
    NoticeKind.REMINDER: ("days",),
    NoticeKind.APPROVAL: ("applicant",),
    NoticeKind.OVERDUE: ("due",),
    NoticeKind.HALF_YEAR: ("due",),
    NoticeKind.UNDER_MINIMUM: ("taken", "minimum"),
    NoticeKind.STAFF_ON_LEAVE: ("applicant",),
    NoticeKind.CERTIFICATE: ("certificate",),
    NoticeKind.REOPENED: ("reason",),
    NoticeKind.SECOND_PERSON: ("applicant", "reason"),
    NoticeKind.SECOND_PERSON_ANSWERED: ("reason",),
    NoticeKind.SCORES_BACK: ("reason",),
    NoticeKind.ABSENCE: ("applicant",),
    NoticeKind.DOOR: ("applicant",),
    NoticeKind.DOOR_ANSWERED: ("applicant", "reason"),
    NoticeKind.IDENTITY: ("applicant",),
    NoticeKind.VOUCHED: ("applicant",),
    NoticeKind.EXPELLED: ("reason",),
    NoticeKind.REINSTATED: ("reason",),
    NoticeKind.FILED: ("taken",),
    NoticeKind.SURVEY: ("until",),
    NoticeKind.FILING_RETURNED: ("reason",),
}
_WITHOUT_RUN = (
    NoticeKind.OVERDUE,
    NoticeKind.HALF_YEAR,
    NoticeKind.COACH,
    NoticeKind.TRAINEE,
    NoticeKind.DAMAGED,
)
_HOLE = re.compile(r"\{([^{}\n]*)\}")
_ENGLISH = {korean: name for name, (korean, _) in PLACEHOLDERS.items()}


def placeholders(kind: NoticeKind) -> tuple[str, ...]:
    """Those that may stand in a wording of this kind."""
    of_run = () if kind in _WITHOUT_RUN else _OF_RUNS
    return (*_EVERYWHERE, *of_run, *_OF_KINDS.get(kind, ()))


def own(db: Session) -> Wordings:
    """Every wording that somebody wrote."""
    return {(one.kind, one.language): one for one in db.scalars(select(Wording))}


def word(db: Session, actor_id: int, kind: NoticeKind, language: str, subject: str, body: str) -> None:
    """Say it this way from now on. Raises `Refused` for an empty, too long or unknown one, naming what is wrong."""
    subject, body = clean(subject), body.replace("\r\n", "\n").strip()
    check(kind, language, subject, body)
    known = db.get(Wording, (kind, language))
    before = {"subject": known.subject, "body": known.body} if known else {}
    db.merge(Wording(kind=kind, language=language, subject=subject, body=body))
    db.flush()
    after = {"subject": subject, "body": body}
    if before != after:
        record(db, actor_id, Changed(f"wording {kind} {language}", 1, before, after))


def reset(db: Session, actor_id: int, kind: NoticeKind, language: str) -> None:
    """Back to the usual words."""
    known = db.get(Wording, (kind, language))
    if known:
        db.delete(known)
        db.flush()
        before = {"subject": known.subject, "body": known.body}
        record(db, actor_id, Changed(f"wording {kind} {language}", 1, before))


def check(kind: NoticeKind, language: str, subject: str, body: str) -> None:
    """`Refused` for what cannot be a wording."""
    if kind not in KINDS or language not in LANGUAGES:
        raise Refused(text("There is no such notice or language"), code="unknown")
    if not subject or not body:
        raise Refused(text("A wording needs a subject and a text"), code="empty")
    if len(subject) > SUBJECT or len(body) > BODY:
        said = text("A subject has at most %(subject)s characters, a text %(body)s", subject=SUBJECT, body=BODY)
        raise Refused(said, code="long")
    allowed = placeholders(kind)
    for name in _HOLE.findall(f"{subject}\n{body}"):
        if _ENGLISH.get(name, name) not in allowed:
            shown = ", ".join("{" + (PLACEHOLDERS[one][0] if language == "ko" else one) + "}" for one in allowed)
            said = text("There is no {%(name)s} in this notice. There are %(names)s", name=name, names=shown)
            raise Refused(said, code="placeholder")
    if re.search(r"[{}]", _HOLE.sub("", f"{subject}\n{body}")):
        raise Refused(text("A brace { or } has no partner in its line"), code="brace")


def values(facts: Facts) -> dict[str, Text | str | date | datetime | int]:
    """What the placeholders stand for, but for `name`, `organisation` and `details`, which the door knows."""
    said: dict[str, Any] = {
        "title": facts["title"],
        "run": facts.get("number"),
        "first": _day(facts.get("first")),
        "last": _day(facts.get("last")),
        "when": _moment(facts.get("starts_at")),
        "until": _moment(facts.get("until")),
        "due": _day(facts.get("due_on")),
        **{name: facts.get(name) for name in ("place", "reason", "days", "applicant", "taken", "minimum")},
        "certificate": facts.get("certificate"),
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def filled(template: str, said: Mapping[str, str]) -> list[str]:
    """The lines of a template with its placeholders filled, in words that are already spoken."""
    found: list[str] = []
    for line in template.split("\n"):
        holes = [_ENGLISH.get(name, name) for name in _HOLE.findall(line)]
        if holes and not any(said.get(name) for name in holes):
            continue
        whole = _HOLE.sub(lambda hole: said.get(_ENGLISH.get(hole[1], hole[1]), ""), line)
        found += whole.split("\n")
    return found


def usual(kind: NoticeKind, language: str) -> tuple[Text, str]:
    """The usual subject with placeholders, to begin from, and the body that says what is usual."""
    subject = headline(kind, example(kind))
    named = {"until": "until", "day": "due"}
    holes = {name: "{" + _named(named.get(name, name), language) + "}" for name in subject.params}
    return Text(subject.msgid, holes), "{" + _named("details", language) + "}"


def _named(name: str, language: str) -> str:
    return PLACEHOLDERS[name][0] if language == "ko" else name


def example(kind: NoticeKind) -> Facts:
    """Facts of a made-up run, for looking at a wording before it is used."""
    more = {name: value for name, value in _MORE.items() if name in _EXAMPLES.get(kind, _OF_KINDS.get(kind, ()))}
    return _EXAMPLE | more


_EXAMPLES = {
    NoticeKind.OVERDUE: ("due_on",),
    NoticeKind.HALF_YEAR: ("due_on",),
    NoticeKind.CLOSED: ("outcome",),
    NoticeKind.MOVED: ("moved",),
    NoticeKind.ON_LEAVE: ("away_from", "away_until"),
    NoticeKind.STAFF_ON_LEAVE: ("applicant", "away_from", "away_until"),
    NoticeKind.FILED: ("department", "taken"),
    NoticeKind.COACH: ("since",),
    NoticeKind.TRAINEE: ("since",),
    NoticeKind.OUTSIDE: ("applicant",),
    NoticeKind.OUTSIDE_RECOGNISED: ("hours",),
    NoticeKind.BOARD: ("subject",),
    NoticeKind.QUESTION: ("subject",),
    NoticeKind.QUESTION_ANSWERED: ("subject",),
}
_EXAMPLE: dict[str, Any] = {
    "title": "엑셀 함수와 자료 정리",
    "number": 3,
    "first": "2026-12-07",
    "last": "2026-12-08",
    "starts_at": "2026-12-07T00:00:00+00:00",
    "place": "본관 전산교육장 1",
}
_MORE: dict[str, Any] = {
    "reason": "정원 초과",
    "until": "2026-12-01T09:00:00+00:00",
    "days": 3,
    "applicant": "홍길동",
    "due_on": "2026-10-31",
    "away_from": "2026-12-01",
    "away_until": "2027-02-28",
    "taken": 7,
    "minimum": 10,
    "outcome": "completed",
    "certificate": "제2026-000123호",
    "department": "총무과",
    "since": "2026-12-01",
    "hours": "4",
    "subject": "실습 파일",
    "moved": [
        {
            "before": {
                "starts_at": "2026-12-07T00:00:00+00:00",
                "ends_at": "2026-12-07T08:00:00+00:00",
                "place": "본관 전산교육장 1",
            },
            "after": {
                "starts_at": "2026-12-09T00:00:00+00:00",
                "ends_at": "2026-12-09T08:00:00+00:00",
                "place": "본관 전산교육장 2",
            },
        }
    ],
}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
