"""Issuing: who gets a certificate, in which order, and that what was issued never changes."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import digest, issue
from courses.certificates.candidates import candidates
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.queries import valid_of_run
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.settings.organisation import Organisation, change_organisation, store_asset
from tests import factories
from tests.certificates.scenes import (
    SEAL,
    URL,
    a_closed_run,
    a_hanbit_organisation,
    completed,
    printed,
    repainted,
    text_of,
)


def test_the_facts_are_those_of_the_run_and_the_day(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    unit = factories.a_unit(db, "총무과")
    person = factories.a_person(db, "김하늘", unit=unit, name_roman="KIM Haneul")
    run = a_closed_run(db)
    enrolment = completed(db, run, person, unit)
    with clock.frozen(clock.at(date(2027, 1, 1), time(0, 30))):
        [certificate] = issue(db, dan.id, run, URL)
    facts = Facts.from_json(certificate.facts)
    assert facts == Facts(
        number="제2027-000001호",
        kind="completed",
        name="김하늘",
        name_roman="KIM Haneul",
        organisation="한빛시",
        unit="행정국 총무과",
        grade="",
        course="데이터 분석 실무",
        starts_on=run.starts_on.isoformat(),
        ends_on=run.ends_on.isoformat(),
        hours="총 7시간",
        issued_on="2027-01-01",
        issuer="한빛시장",
        body_place="우리 시에서",
        code=certificate.code,
        verify_url=URL,
        template="plain-1",
        seal=facts.seal,
        reissued=False,
        recognised="7시간",
        policy="plain 1",
    )
    assert (certificate.year, certificate.number, certificate.revision) == (2027, 1, 1)
    assert (certificate.enrolment_id, certificate.person_id, certificate.issued_by) == (enrolment.id, person.id, dan.id)
    assert certificate.facts_sha256 == digest(facts)


def test_the_page_says_what_the_facts_say(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    unit = factories.a_unit(db, "총무과")
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "Łukasz Żółć", unit=unit), unit)
    [certificate] = issue(db, dan.id, run, URL)
    [page] = text_of(db, run)
    facts = Facts.from_json(certificate.facts)
    first, last = (f"{day.year}. {day.month}. {day.day}." for day in (run.starts_on, run.ends_on))
    period = first if first == last else f"{first} ~ {last}"
    for words in (
        facts.number,
        facts.name,
        "한빛시 행정국 총무과",
        facts.course,
        period,
        facts.hours,
        facts.printed_code,
    ):
        assert words in page
    assert "성실히 수료하였으므로" in page


def test_a_course_without_a_score_is_attended(db: Session, ana: Person, dan: Person) -> None:
    run = a_closed_run(db, scored=False)
    completed(db, run, ana)
    issue(db, dan.id, run, URL)
    assert "성실히 이수하였으므로" in text_of(db, run)[0]


def test_numbers_follow_the_official_order_then_the_name(db: Session, dan: Person) -> None:
    run = a_closed_run(db)
    first, second = factories.a_unit(db, "가장먼저과"), factories.a_unit(db, "가나중과")
    for name, unit in (("하늘", first), ("나래", first), ("가람", second), ("가가", None)):
        completed(db, run, factories.a_person(db, name, external=unit is None), unit)
    issued = issue(db, dan.id, run, URL)
    assert [(c.number, c.facts["name"]) for c in issued] == [(1, "나래"), (2, "하늘"), (3, "가람"), (4, "가가")]


def test_the_institution_stands_for_the_unit_of_a_stranger(db: Session, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "외부인", external=True, institution="한빛대학교"))
    [certificate] = issue(db, dan.id, run, URL)
    assert (certificate.facts["organisation"], certificate.facts["unit"]) == ("한빛대학교", "")


def test_only_those_who_completed_and_each_of_them_once(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    factories.an_enrolment(db, run, eve, outcome="not_completed")
    factories.an_enrolment(db, run, dan, status="withdrawn")
    assert [certificate.person_id for certificate in issue(db, dan.id, run, URL)] == [ana.id]
    assert issue(db, dan.id, run, URL) == []
    events = db.scalars(select(Event).where(Event.kind == "certificate_issued", Event.run_id == run.id)).all()
    assert [(event.person_id, event.actor_id) for event in events] == [(ana.id, dan.id)]


def test_numbers_go_on_and_begin_again_with_the_year(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    numbers = []
    for day, person in ((date(2026, 12, 31), ana), (date(2026, 12, 31), eve), (date(2027, 1, 1), dan)):
        run = a_closed_run(db)
        completed(db, run, person)
        with clock.frozen(clock.at(day, time(9))):
            numbers += [certificate.facts["number"] for certificate in issue(db, dan.id, run, URL)]
    assert numbers == ["제2026-000001호", "제2026-000002호", "제2027-000001호"]


def test_the_pattern_is_a_setting(db: Session, ana: Person, dan: Person) -> None:
    change_organisation(db, None, Organisation(number_pattern="교육 {year}-{sequence}"))
    run = a_closed_run(db)
    completed(db, run, ana)
    year = clock.today().year
    assert issue(db, dan.id, run, URL)[0].facts["number"] == f"교육 {year}-1"


def test_an_open_run_has_no_certificates(db: Session, ana: Person, dan: Person) -> None:
    run = factories.a_run(db, starts_in=-1)
    with pytest.raises(Refused, match="once the run is closed"):
        issue(db, dan.id, run, URL)


def test_a_name_that_cannot_be_set_is_left_out_and_takes_no_number(db: Session, ana: Person, dan: Person) -> None:
    run = a_closed_run(db)
    strange = completed(db, run, factories.a_person(db, "𠮷野", name_roman="YOSHINO"))
    nameless = completed(db, run, factories.a_person(db, "ب"))
    completed(db, run, ana)
    assert [certificate.number for certificate in issue(db, dan.id, run, URL)] == [1]
    left = {one.enrolment_id: one for one in candidates(db, run, URL)}
    assert left[strange.id].problems[0].missing == "𠮷"
    assert (left[strange.id].roman_helps, left[nameless.id].roman_helps) == (True, False)
    [latin] = issue(db, dan.id, run, URL, roman={strange.id, nameless.id})
    assert (latin.enrolment_id, latin.number, latin.facts["name"]) == (strange.id, 2, "YOSHINO")


def test_what_was_printed_never_changes(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    unit = factories.a_unit(db, "총무과")
    person = factories.a_person(db, "김하늘", unit=unit)
    run = a_closed_run(db)
    completed(db, run, person, unit)
    [certificate] = issue(db, dan.id, run, URL)
    db.commit()
    before = printed(db, [certificate])
    other_seal = store_asset(db, repainted(SEAL), "image/png")
    change_organisation(db, None, Organisation(name="다른시", issuer="다른시장", seal=other_seal))
    person.name, unit.name, unit.path, run.course_id = "김구름", "바뀐과", "바뀐국 바뀐과", factories.a_course(db).id
    db.commit()
    db.expire_all()
    kept = db.get_one(Certificate, certificate.id)
    assert printed(db, [kept]) == before
    assert kept.facts_sha256 == digest(Facts.from_json(json.loads(json.dumps(kept.facts))))


def test_certificates_under_two_seals_are_printed_together(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    a_hanbit_organisation(db)
    issue(db, dan.id, run, URL)
    completed(db, run, eve)
    a_hanbit_organisation(db, seal=store_asset(db, repainted(SEAL), "image/png"))
    issue(db, dan.id, run, URL)
    assert len({certificate.facts["seal"] for certificate in db.scalars(valid_of_run(run.id))}) == 2
    assert len(text_of(db, run)) == 2


def test_only_what_is_in_force_is_handed_out(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    completed(db, run, eve)
    first, _ = issue(db, dan.id, run, URL)
    first.state = CertificateState.REVOKED
    db.flush()
    assert len(text_of(db, run)) == 1
