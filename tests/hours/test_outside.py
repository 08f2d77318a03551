"""Learning elsewhere: reported, recognised within claim and cap, returned, corrected; and what then counts."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.files.actions import SentFile, stored
from courses.hours import outside, progress, queries
from courses.hours.models import OutsideLearning, OutsideState
from courses.hours.outside import Wanted
from courses.hours.queries import Why
from courses.hours.rules import Rules, change_rules
from courses.notices.models import NoticeKind
from courses.notices.outside import of_moves
from courses.people.deputies import name_deputy
from courses.people.models import Leave, LeaveKind, Person
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.tallies import ALL
from courses.settings.organisation import Organisation, change_organisation
from lms.web.hours.words import minutes_of
from tests import factories
from tests.client import Browser

SHA = "a" * 64
PDF = b"%PDF-1.4 evidence"


def reported(
    db: Session, person: Person, *, type_: str = "seminar", hours: int = 6, title: str = "학술대회"
) -> OutsideLearning:
    stored(db, SHA, 6, "application/pdf")
    today = clock.today()
    one = outside.report(
        db, person.id, Wanted(type_, title, "학회", today, today, hours * 60), SentFile(SHA, "이수증.pdf")
    )
    db.commit()
    return one


def counted(db: Session, person: Person) -> int:
    return queries.standing(db, person.id, clock.today().year).recognised


def test_what_the_head_recognises_counts(db: Session, ana: Person, ben: Person) -> None:
    one = reported(db, ana)
    assert counted(db, ana) == 0
    assert outside.recognise(db, ben.id, {one.id: 300}) == []
    assert (one.state, one.recognised_minutes, counted(db, ana)) == (OutsideState.RECOGNISED, 300, 300)


def test_never_more_than_claimed_nor_than_the_cap_leaves(db: Session, ana: Person, ben: Person) -> None:
    books = (("토지", 7), ("혼불", 7), ("태백산맥", 1))
    first, second, third = (reported(db, ana, type_="reading", hours=n, title=title) for title, n in books)
    assert [reason.code for _, reason in outside.recognise(db, ben.id, {first.id: 421})] == ["claimed"]
    assert outside.recognise(db, ben.id, {first.id: None}) == []
    assert [reason.code for _, reason in outside.recognise(db, ben.id, {second.id: 181})] == ["cap"]
    refused = outside.recognise(db, ben.id, {second.id: None, third.id: None})
    assert (second.recognised_minutes, counted(db, ana)) == (180, 600)
    assert [(id_, reason.code) for id_, reason in refused] == [(third.id, "cap")]


def test_it_waits_for_the_head_and_the_deputy_and_nobody_else(
    db: Session, ana: Person, ben: Person, cleo: Person, eve: Person
) -> None:
    one = reported(db, ana)
    assert [code.code for _, code in outside.recognise(db, eve.id, {one.id: None})] == ["not_your_turn"]
    assert [code.code for _, code in outside.recognise(db, ana.id, {one.id: None})] == ["own"]
    name_deputy(db, ben.id, factories.a_unit(db, "총무과"), cleo, clock.today(), clock.today())
    db.add(Leave(person_id=ben.id, kind=LeaveKind.LEAVE, from_on=clock.today(), until_on=clock.today()))
    db.commit()
    assert outside.turns(db, [one.id]) == {one.id: frozenset({cleo.id})}
    assert outside.recognise(db, cleo.id, {one.id: None}) == []


def test_a_returned_one_is_corrected_and_sent_again(db: Session, ana: Person, ben: Person) -> None:
    one = reported(db, ana)
    with pytest.raises(Refused, match="Give a reason"):
        outside.return_to(db, ben.id, [one.id], " ")
    assert outside.return_to(db, ben.id, [one.id], "증빙이 흐립니다") == []
    assert (one.state, one.reason) == (OutsideState.RETURNED, "증빙이 흐립니다")
    wanted = Wanted("seminar", "학술대회", "학회", one.from_on, one.until_on, 120)
    outside.correct_own(db, ana.id, one.id, wanted, None)
    assert (one.state, one.claimed_minutes, one.reason) == (OutsideState.WAITING, 120, "")
    outside.withdraw(db, ana.id, one.id)
    assert one.state is OutsideState.WITHDRAWN
    with pytest.raises(Refused, match="decided already"):
        outside.withdraw(db, ana.id, one.id)


def test_an_officer_corrects_with_a_reason(db: Session, ana: Person, ben: Person, dan: Person) -> None:
    one = reported(db, ana)
    outside.recognise(db, ben.id, {one.id: None})
    with pytest.raises(Refused, match="At most"):
        outside.correct(db, dan.id, one.id, 361, "오기")
    outside.correct(db, dan.id, one.id, 60, "중복된 시간을 뺌")
    assert (one.recognised_minutes, counted(db, ana), one.reason) == (60, 60, "중복된 시간을 뺌")


def test_whoever_decides_and_who_reported_it_are_told(db: Session, ana: Person, ben: Person) -> None:
    one = reported(db, ana)
    fact = {"outside_id": one.id, "person_id": ana.id, "title": one.title, "before": "", "after": "waiting",
            "minutes": None, "reason": "", "actor_id": ana.id, "at": clock.now().isoformat()}  # fmt: skip
    assert [(note.kind, note.person_id) for note in of_moves(db, [fact])] == [(NoticeKind.OUTSIDE, ben.id)]
    (note,) = of_moves(db, [fact | {"after": "recognised", "minutes": 90}])
    assert (note.kind, note.person_id, note.facts["hours"]) == (NoticeKind.OUTSIDE_RECOGNISED, ana.id, "1.5")


def test_the_target_follows_grade_and_leave(db: Session, ana: Person, dan: Person) -> None:
    year = clock.today().year
    change_organisation(db, None, Organisation(target_hours=40))
    assert queries.standing(db, ana.id, year).due == 2400
    change_rules(db, dan.id, year, Rules(grades={"7급": 80}))
    first, days = date(year, 1, 1), (date(year, 12, 31) - date(year, 1, 1)).days + 1
    db.add(Leave(person_id=ana.id, kind=LeaveKind.PARENTAL, from_on=first, until_on=first + timedelta(72)))
    db.commit()
    stands = queries.standing(db, ana.id, year)
    assert (stands.hours, stands.away, stands.due) == (80, 73, 4800 * (days - 73) // days)
    assert queries.standing(db, ana.id, year - 1).due == 2400, "the year before keeps its rules"
    (member,) = [one for one in progress.members(db, year) if one.person_id == ana.id]
    assert member.standing == stands


def test_figures_agree_with_reports_and_rows_say_why(db: Session, ana: Person, ben: Person, dan: Person) -> None:
    year = clock.today().year
    for title, kind, outcome in (
        ("가", "classroom", "completed"),
        ("나", "cyber", "completed"),
        ("다", "cyber", "not_completed"),
    ):
        run = factories.a_run(db, factories.a_course(db, title, kind=kind, hours=7), starts_in=0, state="closed")
        factories.an_enrolment(db, run, ana, outcome=outcome, unit_id=factories.a_unit(db, "총무과").id)
    change_rules(db, dan.id, year, Rules(caps={"cyber": 5, "reading": 10}))
    one = reported(db, ana)
    outside.recognise(db, ben.id, {one.id: None})
    account = queries.account(db, ana.id, year)
    why = {line.title: (line.minutes, line.counted, line.why) for line in account.lines}
    assert why == {
        "가": (420, 420, Why.COUNTS), "나": (420, 300, Why.PARTLY), "다": (420, 0, Why.NOT_COMPLETED),
        "학술대회": (360, 360, Why.COUNTS),
    }  # fmt: skip
    question = Question(Dimension.KIND, measures=(Measure.RECOGNISED,), filters=Filters(year, year))
    figures = explore(db, question).total.at(ALL)
    assert sum(total.minutes for total in account.totals if total.type != "seminar") == figures.recognised
    unit = factories.a_unit(db, "총무과")
    assert (
        account.standing.recognised
        == 420 + 300 + 360
        == progress.summed(progress.members(db, year, unit.id)).recognised
    )
    assert sum(one.recognised for one in progress.sums(db, year)) == 1080


@pytest.mark.parametrize("hours", [0, 40])
def test_a_unit_in_one_statement_is_what_its_people_are_together(
    db: Session, ana: Person, ben: Person, dan: Person, hours: int
) -> None:
    year, unit = clock.today().year, factories.a_unit(db, "총무과")
    change_rules(db, dan.id, year, Rules(grades={"6급": 90}, caps={"seminar": 5}))
    outside.recognise(db, ben.id, {reported(db, ana).id: None})
    db.add(Leave(person_id=ben.id, kind=LeaveKind.LEAVE, from_on=date(year, 2, 1), until_on=date(year, 3, 1)))
    db.commit()
    change_organisation(db, None, Organisation(target_hours=hours))
    people = progress.members(db, year, unit.id)
    behind = sum(one.is_behind for one in people)
    assert progress.summary(db, year, unit.id, hours) == (progress.summed(people), behind)
    assert progress.summed(people).recognised == 300


def form(**more: object) -> dict[str, object]:
    today = clock.today().isoformat()
    return {"type": "seminar", "title": "전자정부 학술대회", "provider": "학회", "from_on": today, "until_on": today,
            "hours": "1.5", **more}  # fmt: skip


def test_it_is_reported_in_the_browser_with_evidence_checked_by_content(
    client: Browser, db: Session, ana: Person
) -> None:
    client.sign_in(ana)
    client.post("/my-hours/outside", 422, data=form())
    client.post("/my-hours/outside", 409, data=form(evidence=(io.BytesIO(b"MZ no evidence"), "이수증.pdf")))
    assert db.scalar(select(OutsideLearning.id)) is None
    client.post("/my-hours/outside", data=form(evidence=(io.BytesIO(PDF), "이수증.pdf")))
    one = db.scalars(select(OutsideLearning)).one()
    assert (one.claimed_minutes, one.evidence_name, one.state) == (90, "이수증.pdf", OutsideState.WAITING)
    assert client.get(f"/outside-learning/{one.id}/evidence").data == PDF
    assert "전자정부 학술대회" in client.get("/my-hours").text


def test_twenty_are_recognised_at_once_from_the_first_screen(
    client: Browser, db: Session, ana: Person, ben: Person
) -> None:
    ids = [reported(db, ana, title=f"세미나 {number}").id for number in range(20)]
    page = client.sign_in(ben).get("/").text
    assert page.count('name="outside"') == 20
    client.post("/outside-learning/recognised", data={"outside": ids, "back": "/"})
    db.expire_all()
    assert {db.get_one(OutsideLearning, id_).state for id_ in ids} == {OutsideState.RECOGNISED}


def test_others_cannot_decide(client: Browser, db: Session, ana: Person, eve: Person, cleo: Person) -> None:
    one = reported(db, ana)
    client.sign_in(eve).post("/outside-learning/recognised", 403, data={"outside": [one.id]})
    head = factories.a_person(db, "남부장", unit=factories.a_unit(db, "재무과"), roles=["head"])
    client.sign_in(head).post("/outside-learning/recognised", 409, data={"outside": [one.id]})
    client.post(f"/outside-learning/{one.id}/correction", 403, data={"hours": "1", "reason": "오기"})
    db.expire_all()
    assert one.state is OutsideState.WAITING


def test_a_transcript_is_a_pdf_of_ones_own_or_of_those_one_oversees(
    client: Browser, db: Session, ana: Person, ben: Person, eve: Person
) -> None:
    run = factories.a_run(db, factories.a_course(db, "엑셀"), starts_in=0, state="closed")
    factories.an_enrolment(db, run, ana, outcome="completed")
    assert client.sign_in(ana).get("/my-learning/transcript.pdf").data.startswith(b"%PDF")
    assert client.sign_in(ben).get(f"/people/{ana.id}/transcript.pdf").data.startswith(b"%PDF")
    client.sign_in(eve).get(f"/people/{ana.id}/transcript.pdf", 403)


def test_what_was_looked_at_is_what_is_recognised(client: Browser, db: Session, ana: Person, ben: Person) -> None:
    """The head looks at six hours; before the click, its person claims sixty."""
    one = reported(db, ana)
    seen = re.findall(rf'name="seen-{one.id}" value="([^"]+)"', client.sign_in(ben).get("/outside-learning").text)
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        more = Wanted("university", "학위 과정", "대학", one.from_on, one.until_on, 3600)
        outside.correct_own(db, ana.id, one.id, more, None)
        db.commit()
    sent = {"outside": one.id, f"seen-{one.id}": seen[0]}
    assert "has been changed meanwhile" in client.post("/outside-learning/recognised", 409, data=sent).text
    assert (one.state, one.recognised_minutes) == (OutsideState.WAITING, None)
    seen = re.findall(rf'name="seen-{one.id}" value="([^"]+)"', client.get("/outside-learning").text)
    client.post("/outside-learning/recognised", data={"outside": one.id, f"seen-{one.id}": seen[0]})
    assert (one.state, one.recognised_minutes) == (OutsideState.RECOGNISED, 3600)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1.5", 90), ("1,5", 90), (" 3 ", 180), ("２", 120), ("0.25", 15), ("99999", 5_999_940)]
    + [(bad, None) for bad in ("", "1e999999", "9e99", "NaN", "Infinity", "-1", "+1", "1_000", "1.", ".5", "٣", "x")],
)
def test_hours_are_read_as_people_type_them(typed: str, minutes: int | None) -> None:
    assert minutes_of(typed) == minutes


def test_the_same_is_not_reported_twice(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    """Same title on the same days, however it is written; what was withdrawn does not count, nor others' reports."""
    first = reported(db, ana, title="AI  Conference")
    with pytest.raises(Refused) as refused:
        reported(db, ana, title="ai conference")
    assert refused.value.code == "twice"
    assert refused.value.way_out
    assert refused.value.way_out.id == first.id
    other = reported(db, ana, title="다른 학술대회")
    today = clock.today()
    again = Wanted("seminar", "AI Conference", "학회", today, today, 60)
    with pytest.raises(Refused, match="already"):
        outside.correct_own(db, ana.id, other.id, again, None)
    outside.correct_own(db, ana.id, first.id, again, None)
    reported(db, eve, title="AI Conference")
    data = {
        "type": "seminar", "title": "AI Conference", "provider": "학회", "hours": "1",
        "from_on": today, "until_on": today, "evidence": (io.BytesIO(PDF), "이수증.pdf"),
    }  # fmt: skip
    page = client.sign_in(ana).post("/my-hours/outside", 409, data=data).text
    assert f'href="/outside-learning/{first.id}"' in page
    outside.withdraw(db, ana.id, first.id)
    reported(db, ana, title="AI Conference")


def test_what_was_changed_meanwhile_is_not_returned_either(db: Session, ana: Person, ben: Person) -> None:
    one = reported(db, ana)
    ((_, refused),) = outside.return_to(db, ben.id, [one.id], "시간이 없습니다", {one.id: "2001-01-01T00:00:00+00:00"})
    assert refused.code == "changed"
    assert one.state is OutsideState.WAITING
