"""Templates: versions that never change once in use, which one is in use, and what no sheet can say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates.actions import issue
from courses.certificates.design import LINES
from courses.certificates.designing import Design, Unfit, begin, change, choices, choose, latest, read, versions
from courses.certificates.facts import Facts
from courses.certificates.layout import words
from courses.certificates.models import CertificateTemplate
from courses.certificates.samples import ODD, sample, samples
from courses.certificates.templates import in_use, key_of, template
from courses.certificates.wording import BUILT_IN, PLAIN
from courses.errors import Refused
from courses.events.models import Event
from courses.people import grades
from courses.people.models import Person
from courses.settings.organisation import store_asset
from tests import factories
from tests.certificates.scenes import (
    SEAL,
    URL,
    a_closed_run,
    a_hanbit_organisation,
    a_template,
    completed,
    printed,
    repainted,
)

TITLED = replace(PLAIN, kind="completed", sides=(replace(PLAIN.sides[0], title="직무교육 수료증"),))


def changed(row: CertificateTemplate, **fields: Any) -> Design:
    return Design(row.name, replace(read(row), **fields))


def test_a_draft_is_changed_itself_and_a_version_in_use_by_the_next_one(db: Session, dan: Person):
    row = a_template(db, dan.id)
    assert change(db, dan.id, row.family, changed(row, seal_side=20.0)).version == 1
    choose(db, dan.id, "completed", key_of(row.family, 1))
    used = template(db, key_of(row.family, 1))
    second = change(db, dan.id, row.family, changed(row, seal_side=30.0))
    assert (second.version, second.frozen_at) == (2, None)
    assert template(db, key_of(row.family, 1)) == used
    assert used.seal_side == 20.0
    assert in_use(db, "completed").key == key_of(row.family, 1)
    assert [one.version for one in versions(db)] == [2, 1]


def test_saving_what_is_the_same_makes_no_version(db: Session, dan: Person):
    row = a_template(db, dan.id)
    choose(db, dan.id, "completed", key_of(row.family, 1))
    assert change(db, dan.id, row.family, changed(row)).version == 1


def test_every_change_is_an_event(db: Session, dan: Person):
    row = a_template(db, dan.id)
    change(db, dan.id, row.family, changed(row, seal_side=20.0))
    choose(db, dan.id, "completed", key_of(row.family, 1))
    choose(db, dan.id, "completed", key_of(row.family, 1))
    begun, moved, chosen = db.scalars(select(Event).order_by(Event.id)).all()
    assert (begun.actor_id, begun.data["thing"], begun.data["after"]["name"]) == (
        dan.id,
        *("certificate_template", row.name),
    )
    assert (moved.data["before"], moved.data["after"]) == ({"seal_side": 24.0}, {"seal_side": 20.0})
    assert chosen.data == {"document": "completed", "course_id": 0, "before": "", "after": key_of(row.family, 1)}


def test_a_course_may_have_its_own_template(db: Session, dan: Person):
    course = factories.a_course(db)
    choose(db, dan.id, "attended", "plain-en-1")
    choose(db, dan.id, "attended", "plain-both-1", course.id)
    assert in_use(db, "attended", course.id).key == "plain-both-1"
    assert in_use(db, "attended", course.id + 1).key == "plain-en-1"
    assert in_use(db, "completed", course.id) == PLAIN
    assert [one.title for one in choices(db)] == [None, course.title]
    choose(db, dan.id, "attended", "", course.id)
    assert in_use(db, "attended", course.id).key == "plain-en-1"


@pytest.mark.parametrize(
    ("kind", "key"),
    [("teaching", "plain-1"), ("completed", "t99-1"), ("completed", "no")],
)
def test_a_template_serves_its_own_kind_alone(db: Session, dan: Person, kind: Any, key: str):
    with pytest.raises(Refused):
        choose(db, dan.id, kind, key)
    assert list(choices(db)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"body": ("{name}님",)}, "in braces"),
        ({"body": ("수료 } 증",)}, "in braces"),
        ({"body": ()}, "lines"),
        ({"body": ("가",) * 4}, "lines"),
        ({"title": "수료증 𠮷"}, "fonts lack"),
        ({"title": "가" * 150}, "too long"),
        ({"issuer": "한" * 40}, "too long"),
        ({"labels": ("",) * len(LINES)}, "label"),
    ],
)
def test_what_no_sheet_can_say_is_refused_and_nothing_kept(db: Session, dan: Person, wrong: dict[str, Any], said: str):
    unfit = replace(TITLED, sides=(replace(TITLED.sides[0], **wrong),))
    with pytest.raises(Unfit, match=said):
        begin(db, dan.id, Design("수료증", unfit))
    assert versions(db) == []


@pytest.mark.parametrize("wrong", [{"shown": ("unit", "name")}, {"shown": (*LINES, "more")}, {"seal_side": 60.0}])
def test_name_and_course_stand_on_every_sheet_and_seals_have_sizes(db: Session, dan: Person, wrong: dict[str, Any]):
    with pytest.raises(Unfit):
        begin(db, dan.id, Design("수료증", replace(TITLED, **wrong)))


def test_what_was_issued_stays_when_template_logo_and_seal_change(db: Session, dan: Person, ana: Person):
    a_hanbit_organisation(db)
    logo = store_asset(db, repainted(SEAL), "image/png")
    row = begin(db, dan.id, Design("수료증", replace(TITLED, logo=logo, seal_side=30.0, shown=LINES)))
    choose(db, dan.id, "completed", key_of(row.family, 1))
    run = a_closed_run(db)
    completed(db, run, ana)
    (certificate,) = issue(db, dan.id, run, URL)
    before = printed(db, [certificate])
    facts = Facts.from_json(certificate.facts)
    assert facts.template == key_of(row.family, 1)
    change(db, dan.id, row.family, changed(row, logo="", seal_side=20.0))
    choose(db, dan.id, "completed", key_of(row.family, 2))
    a_hanbit_organisation(db, name="다른 시", issuer="다른 시장")
    assert printed(db, [certificate]) == before


def test_grade_rules_hours_and_english_are_frozen_with_the_certificate(db: Session, dan: Person, ana: Person):
    a_hanbit_organisation(db, name_en="Hanbit City")
    choose(db, dan.id, "completed", "plain-both-1")
    run = a_closed_run(db)
    ana.name_roman = "KANG Ana"
    enrolment = completed(db, run, ana)
    enrolment.grade = "지방행정주사"
    db.flush()
    grades.call(db, dan.id, {"지방행정주사": "Administrative officer"})
    (certificate,) = issue(db, dan.id, run, URL)
    grades.call(db, dan.id, {"지방행정주사": "Senior officer"})
    facts = Facts.from_json(certificate.facts)
    assert facts.grade_en == "Administrative officer"
    graded = replace(BUILT_IN["plain-both-1"], shown=LINES)
    said = [[one.text for one in words(facts, graded, page) if one.field == "grade"] for page in (0, 1)]
    assert said == [["지방행정주사"], ["Administrative officer"]]
    assert (facts.grade, facts.policy.split()[0]) == ("지방행정주사", "plain")
    assert (facts.organisation_en, facts.issuer_en, facts.place_en) == ("Hanbit City",) * 3
    assert facts.hours_en.endswith(("hours", "hour"))
    assert facts.recognised == facts.hours.removeprefix("총 ")


def test_who_has_no_latin_name_gets_no_certificate_in_english(db: Session, dan: Person, ana: Person):
    a_hanbit_organisation(db)
    choose(db, dan.id, "completed", "plain-en-1")
    run = a_closed_run(db)
    ana.name_roman = ""
    completed(db, run, ana)
    assert issue(db, dan.id, run, URL) == []


def test_names_to_look_with_are_the_longest_the_rarest_and_the_odd_ones(db: Session):
    for name in ("김하늘", "김하늘", "이하늘", "이하늘", "뷁하늘", "남궁황보제갈선우독고사공"):
        factories.a_person(db, name)
    names = [one.name for one in samples(db)]
    assert names[0] == "남궁황보제갈선우독고사공"
    assert "뷁하늘" in names
    assert names[-len(ODD) :] == [name for name, _ in ODD.values()]
    assert sample(db, "no_font").name_roman == "KIM Gil"
    assert sample(db, "99999999999999999999").key == ""


def test_old_templates_are_never_changed():
    """Whoever wants other built-in words gives them another key: certificates were issued under these."""
    assert PLAIN.sides[0].body == (
        "위 사람은 {place} 실시한 위 교육 과정을",
        "성실히 {verb}하였으므로 이 증서를 수여합니다.",
    )
    assert set(BUILT_IN) == {"plain-1", "plain-en-1", "plain-both-1"}
    assert all(one.key == key for key, one in BUILT_IN.items())


def test_nobody_changes_a_version_that_was_put_into_use_meanwhile(db: Session, dan: Person):
    row = a_template(db, dan.id)
    wanted = changed(row, seal_side=20.0)
    choose(db, dan.id, "completed", key_of(row.family, 1))
    assert latest(db, row.family).frozen_at is not None  # type: ignore[union-attr]  # it is there
    assert change(db, dan.id, row.family, wanted).version == 2


@pytest.mark.parametrize(
    "key", ["t{}-01", "t0{}-1", "{}-1", "t{}-1 ", "t{}-１", "t{}-" + "9" * 30, "t" + "9" * 30 + "-1"]
)
def test_a_version_has_one_key(db: Session, dan: Person, key: str):
    wrong = key.format(a_template(db, dan.id).family)
    with pytest.raises(ValueError, match="unknown template"):
        template(db, wrong)
    with pytest.raises(Refused, match="no such template"):
        choose(db, dan.id, "completed", wrong)
