"""How many serve where: kept, right after every change, and the same as counted."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import reckoned
from courses.enrolment.models import DutyChange
from courses.people import serving, tree
from courses.people.models import Headcount, OrgUnit, Person, Posting
from tests import factories
from tests.client import Browser


def renew(db: Session) -> None:
    db.flush()
    reckoned.renew(lambda: nullcontext(db), lambda: nullcontext(db))
    db.flush()


def kept(db: Session) -> serving.Counts:
    return serving.counted(db, list(db.scalars(select(OrgUnit.id))), kept=True)


def counted(db: Session) -> serving.Counts:
    return serving.counted(db, list(db.scalars(select(OrgUnit.id))), kept=False)


def test_what_is_kept_is_what_is_counted(db: Session, ana: Person, ben: Person) -> None:
    team = factories.a_team(db, "인사팀", "총무과")
    factories.a_person(db, "차팀원", unit=team)
    renew(db)
    assert kept(db) == counted(db)
    root = db.scalars(select(OrgUnit).where(OrgUnit.parent_id.is_(None))).first()
    assert root is not None
    assert kept(db)[team.id] == (1, 1)
    assert kept(db)[factories.a_unit(db, "총무과").id] == (2, 3)
    assert kept(db)[root.id] == (0, 3)

    posting = db.scalars(select(Posting).where(Posting.unit_id == team.id)).one()
    posting.until_on = clock.today() - timedelta(days=1)
    db.execute(insert(DutyChange), [{"person_id": posting.person_id}])
    assert not reckoned.is_right(db)
    renew(db)
    assert kept(db) == counted(db)
    assert team.id not in kept(db)


def test_pages_count_themselves_until_it_is_right_again(client: Browser, db: Session, ana: Person) -> None:
    fay = factories.a_person(db, "한페이", roles=["administrator"])
    unit = factories.a_unit(db, "총무과")
    renew(db)
    now, number = counted(db)[unit.id][1], '<td class="num" data-label="Headcount">%d</td>'
    db.execute(update(Headcount).where(Headcount.unit_id == unit.id).values(people=77))
    client.sign_in(fay)
    assert number % 77 in client.get(f"/units?open={unit.parent_id}").text, "what is kept"
    factories.a_person(db, "새사람", unit=unit)
    db.execute(insert(DutyChange), [{"person_id": None}])
    db.commit()
    for page in (f"/units?open={unit.parent_id}", f"/units/{unit.parent_id}", "/units?q=총무과"):
        assert number % (now + 1) in client.get(page).text, page


def test_opened_down_to_a_unit(db: Session) -> None:
    team = factories.a_team(db, "인사팀", "총무과")
    factories.a_unit(db, "재무과", "재무국")
    names = [line.unit.name for line in tree.opened(db, None)]
    assert {"한빛시", "행정국", "재무국"} <= set(names)
    assert "총무과" not in names
    shown = {line.unit.name: (line.opened, line.below) for line in tree.opened(db, team.parent_id)}
    assert shown["총무과"] == (True, 1)
    assert shown["인사팀"] == (False, 0)
    assert shown["재무국"] == (False, 1)
    assert "재무과" not in shown
    db.get_one(OrgUnit, team.id).closed_on = clock.today()
    db.flush()
    division = next(line for line in tree.opened(db, team.parent_id) if line.unit.name == "총무과")
    assert division.below == 0
    assert "인사팀" in {line.unit.name for line in tree.opened(db, team.parent_id, closed=True)}
