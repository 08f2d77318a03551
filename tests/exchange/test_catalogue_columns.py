"""Recognised hours, mandatory courses and blended ones in the file of courses."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Course, Kind, Subject
from courses.exchange.catalogue import lines
from tests import factories
from tests.exchange.files import look_at, take_in

HEAD = "과정코드,교육형태,과정명,구분,교육시간,평가여부,인정시간,필수여부\n"


def content(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows)).encode()


def the(db: Session, code: str) -> Course:
    one = select(Course).where(Course.code == code).options(joinedload(Course.area))
    return db.scalars(one, execution_options={"populate_existing": True}).one()


def test_titles_in_english_come_in_and_go_out(db: Session) -> None:
    titled = HEAD.replace("필수여부", "필수여부,영문과정명")
    take_in(db, "catalogue", f"{titled}A1,출석,가,일반,7,Y,,,Data analysis\nA2,출석,나,일반,7,Y,,,\n".encode())
    assert [the(db, one).title_en for one in ("A1", "A2")] == ["Data analysis", ""]
    take_in(db, "catalogue", content("A1,출석,가,일반,7,Y,,"))  # without the column it stays
    assert the(db, "A1").title_en == "Data analysis"
    for korean, heading in ((True, "영문과정명"), (False, "course title in English")):
        headings, [line] = lines([the(db, "A1")], korean=korean)
        assert (headings[-1], line[-1]) == (heading, "Data analysis")
    take_in(db, "catalogue", f"{titled}A1,출석,가,일반,7,Y,,,\n".encode())
    assert the(db, "A1").title_en == ""


def test_recognised_hours_and_mandatory_courses_come_in(db: Session) -> None:
    take_in(db, "catalogue", content("A1,집합,가,일반,14,N,10,Y", "A2,집합,나,일반,14,N,,"))
    assert (the(db, "A1").recognised_minutes, the(db, "A1").mandatory) == (600, True)
    assert (the(db, "A2").recognised_minutes, the(db, "A2").mandatory) == (None, False)
    take_in(db, "catalogue", content("A1,집합,가,일반,14,N,0,N", "A2,집합,나,일반,14,N,,"))
    assert (the(db, "A1").recognised_minutes, the(db, "A1").mandatory) == (0, False)


def test_a_blended_course_comes_in_as_a_draft(db: Session) -> None:
    rows = content("B1,혼합,가,일반,14,N,,", "A1,집합,나,일반,7,N,,")
    assert "1 blended courses come in as drafts" in str(look_at(db, "catalogue", rows).plan.notes[0])
    take_in(db, "catalogue", rows)
    assert (the(db, "B1").kind, the(db, "B1").draft, the(db, "A1").draft) == (Kind.BLENDED, True, False)
    assert look_at(db, "catalogue", rows).plan.same == 2


def test_what_goes_by_subjects_is_left_to_the_page_of_the_course(db: Session) -> None:
    course = factories.a_course(db, hours=14)
    db.add(Subject(course_id=course.id, number=1, title="가", kind=Kind.CLASSROOM, minutes=840))
    db.commit()
    found = look_at(db, "catalogue", content(f"{course.code},집합,엑셀 기초,일반,21,N,,"))
    assert [(bad.field, bad.value) for bad in found.bad] == [("hours", "21")]
    found = look_at(db, "catalogue", content(f"{course.code},혼합,엑셀 기초,일반,14,N,,"))
    assert [bad.field for bad in found.bad] == ["kind"]
    assert not look_at(db, "catalogue", content(f"{course.code},집합,엑셀,일반,14,N,,")).bad
