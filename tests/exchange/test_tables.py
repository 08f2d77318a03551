"""Organisation, rooms, instructors, catalogue and past runs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Role, RoleGrant
from courses.scheduling.models import Mode, Room, Run, RunState
from tests import factories
from tests.exchange.files import HONG, KIM, ORGANISATION, complaints, file, look_at, organised, staff, take_in

COURSES = (
    ("C001", "출석", "", "엑셀 기초", "일반", "21", "30", "Y"),
    ("W001", "직장", "사무자동화", "문서 작성", "일반", "3", "25", "N"),
    ("W002", "직장", "정보활용", "정보 검색", "일반", "3", "", "N"),
)
RUNS = (("C001", "1", "2003-10-13", "2003-10-15", "30"), ("C001", "1", "2004-03-02", "2004-03-04", "30"))


def paths(db: Session) -> dict[str, str]:
    return {unit.code: unit.path for unit in db.execute(select(OrgUnit.code, OrgUnit.path))}


def test_a_renamed_bureau_renames_the_paths_below_it(db: Session) -> None:
    organised(db)
    renamed = [row if row[0] != "10" else ("10", "1", "자치행정국", "1") for row in ORGANISATION]
    found = look_at(db, "organisation", file("organisation", renamed))
    assert [(entry.key, entry.differences[0].after) for entry in found.plan.changed] == [("10", "자치행정국")]
    take_in(db, "organisation", file("organisation", renamed))
    assert paths(db)["12"] == "자치행정국 총무과 총무1팀"
    [event] = db.scalars(select(Event).where(Event.kind == "changed"))
    assert event.data["after"] == {"name": "자치행정국"}


def test_a_moved_unit_takes_its_teams_along(db: Session) -> None:
    organised(db)
    moved = [*ORGANISATION, ("20", "1", "문화국", "5"), ("11", "20", "총무과", "2")]
    take_in(db, "organisation", file("organisation", [row for row in moved if row != ORGANISATION[2]]))
    team = db.scalars(select(OrgUnit).where(OrgUnit.code == "12")).one()
    bureau = db.get_one(OrgUnit, team.bureau_id)
    assert (team.path, team.depth, bureau.code) == ("문화국 총무과 총무1팀", 3, "20")


def test_superiors_may_stand_below_their_units(db: Session) -> None:
    take_in(db, "organisation", file("organisation", ORGANISATION[::-1]))
    assert paths(db)["12"] == "행정국 총무과 총무1팀"


def test_units_without_superior_or_under_themselves_are_bad_with_all_below(db: Session) -> None:
    rows = [
        *ORGANISATION,
        ("90", "99", "없는국", "9"),
        ("91", "90", "없는과", "9"),
        ("7", "8", "가", "9"),
        ("8", "7", "나", "9"),
    ]
    found = look_at(db, "organisation", file("organisation", rows))
    assert [(bad.row, bad.field) for bad in found.bad] == [(row, "parent_code") for row in (7, 8, 9, 10)]
    assert str(found.bad[0].reason) == "There is no unit with the code 99."
    assert "its own superior" in str(found.bad[2].reason)
    assert len(found.plan.added) == 5


def test_units_not_in_the_file_stay(db: Session) -> None:
    organised(db)
    found = look_at(db, "organisation", file("organisation", ORGANISATION[:-1]))
    assert [str(note) for note in found.plan.notes] == ["1 records here are not in the file; they stay as they are."]


def test_rooms_are_added_and_changed(db: Session) -> None:
    take_in(db, "rooms", file("rooms", [("R1", "대강의실", "120", "0")]))
    counts = take_in(db, "rooms", file("rooms", [("R1", "대강의실", "100", "0"), ("R2", "소회의실", "25", "0")]))
    assert (counts.added, counts.changed) == (1, 1)
    assert set(db.execute(select(Room.code, Room.seats))) == {("R1", 100), ("R2", 25)}


def test_english_headings_mean_the_same(db: Session) -> None:
    data = b"seats;computers;room_code;room\r\n30;30;R9;Lab\r\n"
    assert len(look_at(db, "rooms", data).plan.added) == 1


def test_instructors_from_inside_and_outside(db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG, KIM))
    outside = ("외부", "", "정연석", "한빛대학교", "lecturer@academy.example")
    rows = [("내부", HONG["사번"], "홍길동", "", ""), outside]
    assert take_in(db, "instructors", file("instructors", rows)).added == 2
    teaching = select(Person).where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)))
    inside, lecturer = db.scalars(teaching.order_by(Person.employee_no.nulls_last()))
    assert inside.employee_no == HONG["사번"]
    assert (lecturer.external_key, lecturer.mail, lecturer.institution, lecturer.initials) == (
        "lecturer@academy.example",
        "lecturer@academy.example",
        "한빛대학교",
        "ㅈㅇㅅ",
    )
    assert lecturer.password_hash is None
    assert look_at(db, "instructors", file("instructors", rows)).plan.same == 2
    counts = take_in(db, "instructors", file("instructors", [(*outside[:3], "자유강사", outside[4])]))
    db.refresh(lecturer)
    assert (counts.changed, lecturer.institution) == (1, "자유강사")


def test_a_lecturer_who_lost_the_role_gets_it_again(db: Session) -> None:
    person = factories.a_person(db, "정연석", external=True, institution="한빛대학교")
    row = ("외부", "", "정연석", "한빛대학교", person.external_key or "")
    assert take_in(db, "instructors", file("instructors", [row])).changed == 1
    assert db.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id)).all() == [Role.INSTRUCTOR]
    assert look_at(db, "instructors", file("instructors", [row])).plan.same == 1


def test_what_is_wrong_with_an_instructor_is_said(db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG | {"전자우편": "hong@city.example"}))
    rows = [
        ("내부", "", "홍길동", "", ""),
        ("내부", "209999999", "홍길동", "", ""),
        ("내부", HONG["사번"], "홍길순", "", ""),
        ("외부", "", "정연석", "한빛대학교", ""),
        ("외부", "", "홍길동", "", "hong@city.example"),
    ]
    assert complaints(look_at(db, "instructors", file("instructors", rows))) == [
        (2, "employee_no", "Own staff need an employee number."),
        (3, "employee_no", "There is no employee with this number."),
        (4, "name", "This number belongs to 홍길동."),
        (5, "mail", "External instructors need a mail address."),
        (6, "mail", "This mail address belongs to an employee."),
    ]


def test_courses_bring_their_areas_in_order_of_appearance(db: Session) -> None:
    take_in(db, "catalogue", file("catalogue", COURSES))
    assert [tuple(area) for area in db.execute(select(Area.name, Area.position).order_by(Area.position))] == [
        ("사무자동화", 1),
        ("정보활용", 2),
    ]
    course = db.scalars(select(Course).where(Course.code == "C001")).one()
    assert (course.minutes, course.capacity, course.scored, course.area_id) == (1260, 30, True, None)


def test_a_changed_course_is_updated(db: Session) -> None:
    take_in(db, "catalogue", file("catalogue", COURSES))
    changed = ("W001", "직장", "행정정보시스템", "문서 작성", "전문", "4", "25", "N")
    found = look_at(db, "catalogue", file("catalogue", [changed, COURSES[0], COURSES[2]]))
    [entry] = found.plan.changed
    assert {change.field: change.after for change in entry.differences} == {
        "area": "행정정보시스템",
        "level": "specialist",
        "hours": 4,
    }
    take_in(db, "catalogue", file("catalogue", [changed]))
    course = db.scalars(select(Course).where(Course.code == "W001")).one()
    assert course.minutes == 240
    assert db.get_one(Area, course.area_id).name == "행정정보시스템"


def test_a_course_with_runs_keeps_its_kind_and_workplace_needs_an_area(db: Session) -> None:
    take_in(db, "catalogue", file("catalogue", COURSES))
    take_in(db, "runs", file("runs", RUNS))
    rows = [("C001", "사이버", *COURSES[0][2:]), ("W009", "직장", "", *COURSES[1][3:])]
    assert [(row, field) for row, field, _ in complaints(look_at(db, "catalogue", file("catalogue", rows)))] == [
        (2, "kind"),
        (3, "area"),
    ]


@pytest.fixture
def runs(db: Session) -> Session:
    """A course with a run of number 1 in 2003 and another in 2004."""
    take_in(db, "catalogue", file("catalogue", COURSES))
    assert take_in(db, "runs", file("runs", RUNS)).added == 2
    return db


def test_runs_are_found_by_the_new_title_of_their_course(runs: Session) -> None:
    take_in(runs, "catalogue", file("catalogue", [(*COURSES[0][:3], "새 제목", *COURSES[0][4:])]))
    found = runs.execute(select(Run.search_text, Run.search_initials))
    assert [(words.strip(), letters) for words, letters in found] == [("새 제목", "ㅅㅈㅁ")] * 2


def test_numbers_of_runs_start_anew_every_year(runs: Session) -> None:
    found = runs.execute(select(Run.year, Run.number, Run.state, Run.imported, Run.search_initials).order_by(Run.year))
    assert [tuple(row) for row in found] == [
        (2003, 1, RunState.PUBLISHED, True, "ㅇㅅㄱㅊ"),
        (2004, 1, RunState.PUBLISHED, True, "ㅇㅅㄱㅊ"),
    ]


def test_how_places_were_given_out_comes_with_the_run_and_stays_where_the_file_is_silent(runs: Session) -> None:
    take_in(runs, "runs", file("runs", [(*RUNS[0], "선발"), (*RUNS[1], "draw")]))
    assert list(runs.scalars(select(Run.mode).order_by(Run.year))) == [Mode.SELECTION, Mode.DRAW]
    assert look_at(runs, "runs", file("runs", [(*row, "") for row in RUNS])).plan.same == 2
    (complaint,) = complaints(look_at(runs, "runs", file("runs", [(*RUNS[0], "경매")])))
    assert complaint[:2] == (2, "mode")


def test_the_dates_of_a_past_run_can_be_corrected_until_it_is_closed(runs: Session) -> None:
    corrected = file("runs", [("C001", "1", "2003-10-14", "2003-10-16", "30")])
    take_in(runs, "runs", corrected)
    run = runs.scalars(select(Run).where(Run.year == 2003)).one()
    assert run.starts_on == date(2003, 10, 14)
    run.state = RunState.CLOSED
    runs.commit()
    assert look_at(runs, "runs", corrected).plan.same == 1
    found = look_at(runs, "runs", file("runs", RUNS[:1]))
    assert complaints(found) == [(2, "starts_on", "The run is closed, and its dates can no longer change.")]


def test_what_is_wrong_with_a_run_is_said(runs: Session) -> None:
    planned = factories.a_run(runs, runs.scalars(select(Course).where(Course.code == "C001")).one(), starts_in=-40)
    planned.imported = False
    runs.commit()
    first, tomorrow = planned.starts_on.isoformat(), clock.today().replace(year=clock.today().year + 1).isoformat()
    rows = [
        ("C999", "1", "2003-10-13", "2003-10-15", "30"),
        ("C001", "2", "2003-10-13", "2003-10-12", "30"),
        ("C001", "2", tomorrow, tomorrow, "30"),
        ("C001", str(planned.number), first, first, "30"),
        ("C001", "3", "2003-10-13", "2003-10-15", "30"),
        ("C001", "3", "2003-11-13", "2003-11-15", "30"),
    ]
    assert complaints(look_at(runs, "runs", file("runs", rows))) == [
        (2, "course_code", "There is no course with this code."),
        (3, "ends_on", "The run ends before it starts."),
        (4, "ends_on", "The run is not over yet, and this file brings in runs of the past."),
        (5, "number", "A run with this number was planned here."),
        (6, "course_code", "The same key stands in row 7 as well."),
        (7, "course_code", "The same key stands in row 6 as well."),
    ]


def test_a_renamed_room_and_instructor_are_found_by_their_new_names(db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG))
    room = factories.a_room(db, "본관 1")
    hong = db.scalars(select(Person).where(Person.name == "홍길동")).one()
    ahead = factories.a_run(db, starts_in=9, room=room, instructors=[hong])
    closed = factories.a_run(db, starts_in=-9, room=room, instructors=[hong], state="closed")
    take_in(db, "rooms", file("rooms", [(room.code, "별관 2", "30", "30")]))
    take_in(db, "staff", staff({**HONG, "성명": "홍길순"}))
    db.expire_all()
    assert (ahead.place, ahead.teachers) == ("별관 2", "홍길순")
    assert "별관 2 홍길순" in ahead.search_text
    assert (closed.place, closed.teachers) == ("본관 1", "홍길동")
