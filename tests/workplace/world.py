"""What a department filed, with a checklist, a coach and a plan: for tests that look at all pages."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.files.actions import SentFile, stored
from courses.people.models import OrgUnit, Person, Posting
from courses.workplace import coaching, planning, signing
from courses.workplace.filing import Wanted
from courses.workplace.planning import Half
from courses.workplace.skills import set_checklist
from lms import filing as ledger
from tests import factories

_SHA256 = "ab" * 32


def trained(db: Session, people: dict[str, Person]) -> dict[str, object]:
    """Ana's department filed what Cleo trained her in; ids of the run, the course, Ana's place, a skill, a coaching."""
    ana, ben, cleo, dan = (people[who] for who in ("ana", "ben", "cleo", "dan"))
    unit = db.scalars(select(OrgUnit).join(Posting, Posting.unit_id == OrgUnit.id).where(Posting.person_id == ana.id))
    here, course = unit.one(), factories.a_course(db, "주소록과 편지 병합", kind="workplace", hours=2)
    skills = set_checklist(db, dan.id, course, ["주소록을 합친다", "편지 병합 결과를 미리 보고 오류를 고친다"])
    stored(db, _SHA256, 4, "application/pdf")
    wanted = Wanted(clock.now() - timedelta(days=2), 100, cleo.id, (ana.id, ben.id))
    filed = ledger.file(db, ben.id, here, course, wanted, (), SentFile(_SHA256, "서명부.pdf"))
    place = db.scalars(
        select(Enrolment.id).where(Enrolment.run_id == filed.run_id, Enrolment.person_id == ana.id)
    ).one()
    signing.sign(db, cleo.id, place, skills[0].id)
    coached = coaching.name_coach(db, ben.id, people["long"], people["eve"], clock.today())
    half = Half.of(clock.today())
    for one in (half, half.before):
        planning.set_plan(db, ben.id, here, one, {course.id: (one.months[0], 12)})
    db.commit()
    return {
        "filed_id": filed.run_id,
        "workplace_course_id": course.id,
        "trained_id": place,
        "skill_id": skills[0].id,
        "coaching_id": coached.id,
        "half": half.before.key,
    }
