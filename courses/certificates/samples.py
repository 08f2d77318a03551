"""Names to look at a template with: the longest and the oddest of real people, and some that are odd anywhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.people.models import OrgUnit, Person, Posting
from courses.settings.organisation import organisation
from courses.text import clean

_MANY = 6
EXAMPLE = Facts(
    number="제2026-000123호",
    kind="completed",
    name="김하늘",
    name_roman="KIM Haneul",
    organisation="한빛시",
    unit="문화예술과",
    grade="지방행정주사",
    course="개인정보보호 및 정보보안 실무 과정",
    starts_on="2026-11-02",
    ends_on="2026-11-20",
    hours="총 21시간 (이러닝 15시간, 집합 6시간)",
    issued_on="2026-11-22",
    issuer="한빛시장",
    body_place="우리 시에서",
    code="SN4G2AYQK5QMNQXF",
    verify_url="https://lms.example/verify",
    template="plain-1",
    seal="",
    reissued=False,
    recognised="21시간",
    course_en="Personal data protection and information security",
    organisation_en="Hanbit City",
    hours_en="21 hours (15 e-learning, 6 classroom)",
    recognised_en="21 hours",
    issuer_en="Mayor of Hanbit City",
    place_en="Hanbit City",
    grade_en="Administrative officer",
)
"""A certificate of nobody."""

ODD: dict[str, tuple[str, str]] = {
    "hanja": ("金韓光", "KIM Hangwang"),
    "rare": ("뷁쀍똠", "BWELK Ppwelkttom"),
    "accents": ("José Müller", ""),
    "vietnamese": ("Nguyễn Thị Ánh", ""),
    "sixty": ("Wolfeschlegelsteinhausenbergerdorff Maria Theresia Alexandra", ""),
    "no_font": ("김𠮷", "KIM Gil"),
}
"""By key: a name, and how it is written in Latin letters. No font can set the last one."""


class Sample(NamedTuple):
    """Whom to show: a key for the address, the name, and the unit where they serve ("": any)."""

    key: str
    name: str
    name_roman: str
    unit: str


def samples(db: Session) -> list[Sample]:
    """The longest names of people here, those with the rarest characters, then the fixed ones."""
    people = db.execute(select(Person.id, Person.name).where(Person.active_on(clock.today()))).all()
    seen = Counter(character for person in people for character in set(person.name))
    longest = sorted(people, key=lambda person: (-len(person.name), person.id))[:_MANY]
    rarest = sorted(people, key=lambda person: (min((seen[c] for c in person.name), default=0), person.id))[:_MANY]
    chosen = dict.fromkeys(person.id for person in (*longest, *rarest))
    found = _people(db, list(chosen))
    return [
        *(found[person_id] for person_id in chosen),
        *(Sample(key, name, roman, "") for key, (name, roman) in ODD.items()),
    ]


def sample(db: Session, key: str) -> Sample:
    """The one behind a key; for an unknown one the example."""
    if key in ODD:
        return Sample(key, *ODD[key], "")
    known = _people(db, [int(key)]) if key.isascii() and key.isdecimal() and len(key) < 19 else {}
    return next(iter(known.values()), None) or Sample("", EXAMPLE.name, EXAMPLE.name_roman, "")


def looked_at(db: Session, template: Template, shown: Sample, *, longest: bool = False) -> Facts:
    """What a certificate of somebody would say under a template; `longest`: unit and course are."""
    of = organisation(db)
    facts = replace(
        EXAMPLE,
        name=clean(shown.name),
        name_roman=clean(shown.name_roman),
        organisation=of.name,
        organisation_en=of.name_en,
        unit=shown.unit or EXAMPLE.unit,
        issued_on=clock.today().isoformat(),
        issuer=template.issuer("ko") or of.issuer,
        body_place=template.place("ko") or of.body_place,
        issuer_en=template.issuer("en") or of.name_en,
        place_en=template.place("en") or of.name_en,
        number=of.number_pattern.format(year=clock.today().year, sequence=123),
        seal=template.seal or of.seal,
        template=template.key,
        kind=template.kind or "completed",
    )
    return _with_longest(db, facts) if longest else facts


def _with_longest(db: Session, facts: Facts) -> Facts:
    unit = db.scalar(select(OrgUnit.path).order_by(func.length(OrgUnit.path).desc(), OrgUnit.id).limit(1))
    of_all = select(Course.title, Course.title_en).order_by(func.length(Course.title).desc(), Course.id).limit(1)
    course = db.execute(of_all).one_or_none()
    told = replace(facts, unit=unit or facts.unit)
    return replace(told, course=course.title, course_en=course.title_en) if course else told


def _people(db: Session, person_ids: list[int]) -> dict[int, Sample]:
    serving = select(OrgUnit.path).join(Posting, Posting.unit_id == OrgUnit.id)
    today = serving.where(Posting.person_id == Person.id, Posting.on(clock.today()))
    unit = today.order_by(Posting.from_on.desc()).limit(1).scalar_subquery()
    people = select(Person.id, Person.name, Person.name_roman, unit.label("unit")).where(Person.id.in_(person_ids))
    return {row.id: Sample(str(row.id), row.name, row.name_roman, row.unit or "") for row in db.execute(people)}
