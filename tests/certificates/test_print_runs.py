"""Print runs: whose sheet comes where, what is cut into which file, and that the log knows every sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import issue
from courses.certificates.models import Certificate, SealEntry, SealKind
from courses.certificates.printing import actions, queries
from courses.certificates.printing.models import PrintedSheet, PrintJob, PrintKind
from courses.certificates.printing.numbers import Number, meant, meant_all
from courses.certificates.printing.options import Options, Order, keep_setup, setup
from courses.certificates.printing.order import files
from courses.certificates.registers import log_seal
from courses.certificates.revisions import reissue
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, completed

PLAIN = Options()


@pytest.fixture
def run(db: Session, dan: Person) -> Run:
    """Five certificates: two units of a department, another one, and somebody from elsewhere."""
    run = a_closed_run(db)
    first, second = factories.a_unit(db, "총무과"), factories.a_unit(db, "감사과")
    team = factories.a_team(db, "총무팀", "총무과")
    people = [("나래", second, "7급"), ("가람", first, "9급"), ("하늘", first, "6급"), ("다솜", team, "5급")]
    for name, unit, grade in people:
        completed(db, run, factories.a_person(db, name, unit=unit, grade=grade), unit)
    completed(db, run, factories.a_person(db, "바깥", external=True, institution="한빛대학교"))
    issue(db, dan.id, run, URL)
    return run


def test_sheets_lie_by_department_then_grade_and_strangers_come_last(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    sheets = queries.sheets(db, job.id)
    assert [(one.facts.name, one.department) for one in sheets] == [
        ("하늘", "행정국 총무과"),
        ("가람", "행정국 총무과"),
        ("다솜", "행정국 총무과"),
        ("나래", "행정국 감사과"),
        ("바깥", "한빛대학교"),
    ]
    assert [stack[1:] for stack in queries.stacks([one.department for one in sheets])] == [
        (1, 3, 3),
        (4, 4, 1),
        (5, 5, 1),
    ]


def test_or_by_number(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run, Options(order=Order.NUMBER))
    numbers = [one.facts.number for one in queries.sheets(db, job.id)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 5


@pytest.mark.once
@pytest.mark.parametrize(
    ("stacks", "cut"),
    [
        ([3, 3, 3], [(0, 3), (3, 6), (6, 9)]),
        ([2, 2, 2], [(0, 4), (4, 6)]),
        ([9], [(0, 5), (5, 9)]),
        ([1, 6, 1], [(0, 1), (1, 6), (6, 8)]),
        ([5, 5], [(0, 5), (5, 10)]),
        ([], []),
    ],
)
def test_a_file_ends_where_a_department_ends(stacks: Sequence[int], cut: Sequence[tuple[int, int]]) -> None:
    departments = [name for name, sheets in zip("abc", stacks, strict=False) for _ in range(sheets)]
    assert [(span.start, span.stop) for span in files(departments, 5)] == cut


def test_what_was_printed_is_not_printed_twice(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    assert actions.begin(db, dan.id, [run.id], PLAIN) is None
    late = completed(db, run, factories.a_person(db, "늦둥이"))
    issue(db, dan.id, run, URL)
    again = begun(db, dan, run)
    [sheet] = queries.sheets(db, again.id)
    assert db.get_one(Certificate, sheet.certificate_id).enrolment_id == late.id
    assert (again.id != job.id, sheet.copy, again.kind) == (True, 1, PrintKind.FIRST)


def test_every_print_run_is_an_event_and_a_line_of_the_log(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    [data] = db.scalars(select(Event.data).where(Event.kind == "print_run_begun", Event.run_id == run.id))
    assert data == {"print_job_id": job.id, "how": "first", "sheets": 5, "reason": ""}
    lines, more = queries.log(db)
    assert [(line.id, line.course, line.asked_by, line.sheets) for line in lines] == [
        (job.id, "데이터 분석 실무", dan.name, 5)
    ]
    assert not more


def test_what_was_never_printed_waits_and_goes_out_across_runs(db: Session, dan: Person, ana: Person, run: Run) -> None:
    other = a_closed_run(db)
    completed(db, other, ana)
    issue(db, dan.id, other, URL)
    assert {(one.run_id, one.certificates) for one in queries.unprinted(db)} == {(run.id, 5), (other.id, 1)}
    job = actions.begin(db, dan.id, [run.id, other.id], PLAIN)
    assert job
    assert (job.sheets, job.run_id) == (6, None)
    assert queries.unprinted(db) == []
    assert queries.title(db, job).endswith(" +1")


def test_after_a_jam_the_rest_goes_out_in_the_same_order(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    sheets = queries.sheets(db, job.id)
    rest = actions.resume(db, dan.id, job, sheets[2].facts.number)
    again = queries.sheets(db, rest.id)
    assert [one.certificate_id for one in again] == [one.certificate_id for one in sheets[2:]]
    assert {one.copy for one in again} == {2}
    assert (rest.kind, rest.of_id, rest.reason) == (PrintKind.RESUMED, job.id, "")
    assert [line.id for line in queries.repeats(db, job.id)] == [rest.id]


def test_single_sheets_go_out_again_for_a_reason(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    sheet = queries.sheets(db, job.id)[3]
    with pytest.raises(Refused, match="Say why"):
        actions.reprint(db, dan.id, job, sheet.facts.number, " ")
    again = actions.reprint(db, dan.id, job, str(meant_number(db, sheet.certificate_id)), "커피를 쏟음")
    assert [(one.certificate_id, one.copy) for one in queries.sheets(db, again.id)] == [(sheet.certificate_id, 2)]
    third = actions.reprint(db, dan.id, job, sheet.facts.number, "또 쏟음")
    assert [one.copy for one in queries.sheets(db, third.id)] == [3]
    assert (again.kind, again.reason, third.of_id) == (PrintKind.REPRINT, "커피를 쏟음", job.id)


def test_what_was_replaced_meanwhile_is_not_printed_again(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    sheet = queries.sheets(db, job.id)[0]
    new = reissue(db, dan.id, db.get_one(Certificate, sheet.certificate_id), "오타", URL)
    with pytest.raises(Refused, match="in force"):
        actions.reprint(db, dan.id, job, sheet.facts.number, "분실")
    [waiting] = queries.sheets(db, begun(db, dan, run).id)
    assert (waiting.certificate_id, waiting.facts.reissued) == (new.id, True)


def test_the_seal_is_counted_where_it_is_printed(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    run = a_closed_run(db)
    for _ in range(3):
        completed(db, run, factories.a_person(db))
    issue(db, dan.id, run, URL)
    job = begun(db, dan, run)
    [entry] = db.scalars(select(SealEntry))
    assert (entry.kind, entry.count, entry.run_id, entry.actor_id) == (SealKind.PRINTED, 3, run.id, dan.id)
    assert f"#{job.id}" in entry.purpose


def test_stock_that_carries_the_seal_must_be_there(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db))
    issue(db, dan.id, run, URL)
    with pytest.raises(Refused, match="sheets are left"), db.begin_nested():
        begun(db, dan, run, Options(background=False))
    assert not db.scalars(select(PrintedSheet.copy)).all()
    log_seal(db, dan.id, SealKind.RECEIVED, 10, "인쇄소 납품")
    begun(db, dan, run, Options(background=False))
    assert db.scalars(select(SealEntry.remaining).order_by(SealEntry.id)).all() == [10, 9]


def test_an_officer_prints_as_before(db: Session, dan: Person, ana: Person) -> None:
    wanted = Options(order=Order.NUMBER, background=False, offset_x=-12, duplex=True, label_rows=7)
    keep_setup(db, dan.id, wanted)
    keep_setup(db, dan.id, wanted)
    assert setup(db, dan.id) == wanted
    assert setup(db, ana.id) == PLAIN
    assert Options.from_json({"offset_y": 3, "of another version": 1}) == Options(offset_y=3)


def test_files_are_forgotten_and_the_log_stays(db: Session, dan: Person, run: Run) -> None:
    job = begun(db, dan, run)
    actions.finish(db, job.id, [{"part": "sheets"}])
    assert actions.expired(db) == []
    job.finished_at = clock.now() - actions.KEPT - timedelta(seconds=1)
    assert actions.expired(db) == [job.id]
    actions.forget_files(db, [job.id])
    db.refresh(job)
    assert (job.files, actions.expired(db), len(queries.sheets(db, job.id))) == ([], [], 5)


NUMBERS = [Number(place, 100 + place, "총무과", 2026, place + 10) for place in range(1, 8)]
NUMBERS += [Number(8, 108, "총무과", 2027, 11)]


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("12", [2]),
        ("제2026-000012호", [2]),
        ("2027-11", [8]),
        ("14, 12", [2, 4]),
        ("12-14", [2, 3, 4]),
        ("14 ~ 12", [2, 3, 4]),
        ("제2026-000012호 ~ 제2026-000013호; 15", [2, 3, 5]),
        ("2026-12 ~ 2026-13", [2, 3]),
    ],
)
def test_numbers_as_people_type_them(typed: str, positions: Sequence[int]) -> None:
    assert [one.position for one in meant_all(NUMBERS, typed)] == positions


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "why"), [("99", "no certificate"), ("11", "Type the year"), ("x", "no certificate"), (" , ", "such as")]
)
def test_numbers_that_nobody_can_mean(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        meant_all(NUMBERS, typed)
    with pytest.raises(Refused):
        meant(NUMBERS, typed)


def begun(db: Session, dan: Person, run: Run, options: Options = PLAIN) -> PrintJob:
    job = actions.begin(db, dan.id, [run.id], options)
    assert job
    return job


def meant_number(db: Session, certificate_id: int) -> int:
    return db.get_one(Certificate, certificate_id).number
