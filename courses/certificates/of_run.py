"""What all certificates of a run say alike, and the template they are issued under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Subject
from courses.catalogue.models import Kind as Training
from courses.certificates.design import Speech, Template
from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH, Facts, Kind
from courses.certificates.templates import all_in_use
from courses.completion.gather import policy_of
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.settings.organisation import Organisation, organisation

CODE_TO_COME = CODE_ALPHABET[0] * CODE_LENGTH
_HOUR = 60
_PARTS: Mapping[Speech, Mapping[Training, str]] = {
    "ko": {Training.CYBER: "이러닝", Training.CLASSROOM: "집합", Training.WORKPLACE: "직장"},
    "en": {Training.CYBER: "e-learning", Training.CLASSROOM: "classroom", Training.WORKPLACE: "workplace"},
}
"""In the order in which the hours of a blended course name them."""
Parts = Mapping[Training, int]


class Common(NamedTuple):
    """Facts without a person, number and code; and their template."""

    facts: Facts
    template: Template


def commons(db: Session, runs: Sequence[Run], verify_url: str) -> dict[int, Common]:
    """By run; the kind is what its rules say."""
    of = organisation(db)
    courses = _courses(db, runs)
    parts = _parts(db, [one.id for one in courses.values() if one.kind is Training.BLENDED])
    used = all_in_use(db, list(courses))
    found: dict[int, Common] = {}
    for run in runs:
        course = courses[run.course_id]
        policy = policy_of(run, course)
        wording = policy.rules(course.kind.value).certificate
        kind = cast("Kind", wording.scored if is_scored(run, course) else wording.unscored)
        template = used(kind, course.id)
        facts = _facts(of, run, course, parts.get(course.id, {}), template, verify_url)
        found[run.id] = Common(replace(facts, kind=kind, policy=policy.pin), template)
    return found


def _courses(db: Session, runs: Sequence[Run]) -> dict[int, Course]:
    """By their ids; those that came together with their runs are not asked for again."""
    known = {run.course_id: run.course for run in runs if "course" in run.__dict__}
    other = {run.course_id for run in runs} - known.keys()
    return known | {one.id: one for one in db.scalars(select(Course).where(Course.id.in_(other)))} if other else known


def hours_in_words(minutes: int, parts: Parts, language: Speech) -> str:
    """As printed: 총 21시간 (이러닝 15시간, 집합 6시간); 총 1시간 30분; 21 hours (15 e-learning, 6 classroom)."""
    named = [(name, parts[part]) for part, name in _PARTS[language].items() if parts.get(part)]
    if language == "ko":
        whole, each = f"총 {_korean(minutes)}", [f"{name} {_korean(some)}" for name, some in named]
    else:
        whole, each = _english(minutes), [f"{_number(some)} {name}" for name, some in named]
    return f"{whole} ({', '.join(each)})" if len(each) > 1 else whole


def _facts(of: Organisation, run: Run, course: Course, parts: Parts, template: Template, verify_url: str) -> Facts:
    recognised = course.minutes if course.recognised_minutes is None else course.recognised_minutes
    facts = Facts(
        number=of.number_pattern.format(year=clock.today().year, sequence=0),
        kind="completed",
        name="",
        name_roman="",
        organisation=of.name,
        unit="",
        grade="",
        course=course.title,
        starts_on=run.starts_on.isoformat(),
        ends_on=run.ends_on.isoformat(),
        hours=hours_in_words(course.minutes, parts, "ko"),
        issued_on=clock.today().isoformat(),
        issuer=template.issuer("ko") or of.issuer,
        body_place=template.place("ko") or of.body_place,
        code=CODE_TO_COME,
        verify_url=verify_url,
        template=template.key,
        seal=template.seal or of.seal,
        reissued=False,
        recognised=_korean(recognised),
    )
    return _with_english(facts, of, course, parts, template) if template.speaks("en") else facts


def _with_english(facts: Facts, of: Organisation, course: Course, parts: Parts, template: Template) -> Facts:
    recognised = course.minutes if course.recognised_minutes is None else course.recognised_minutes
    return replace(
        facts,
        course_en=course.title_en,
        organisation_en=of.name_en,
        hours_en=hours_in_words(course.minutes, parts, "en"),
        recognised_en=_english(recognised),
        issuer_en=template.issuer("en") or of.name_en,
        place_en=template.place("en") or of.name_en,
    )


def _korean(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return " ".join([*([f"{hours}시간"] if hours or not rest else []), *([f"{rest}분"] if rest else [])])


def _english(minutes: int) -> str:
    return f"{_number(minutes)} {'hour' if minutes == _HOUR else 'hours'}"


def _number(minutes: int) -> str:
    """Hours to a quarter: 21, 1.5."""
    return f"{minutes / _HOUR:.2f}".rstrip("0").rstrip(".")


def _parts(db: Session, course_ids: Sequence[int]) -> dict[int, dict[Training, int]]:
    """Minutes by the kind of the subjects, of blended courses."""
    if not course_ids:
        return {}
    summed = (
        select(Subject.course_id, Subject.kind, func.sum(Subject.minutes).label("minutes"))
        .where(Subject.course_id.in_(course_ids))
        .group_by(Subject.course_id, Subject.kind)
    )
    parts: dict[int, dict[Training, int]] = {}
    for row in db.execute(summed):
        parts.setdefault(row.course_id, {})[row.kind] = int(row.minutes)
    return parts
