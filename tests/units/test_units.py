"""The tree of units, changed one at a time; and who stands in for heads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.people import reorganising
from courses.people.actor import load_actor
from courses.people.deputies import end_deputy, name_deputy
from courses.people.models import Deputy, OrgUnit, Person, Role
from courses.people.structure import parents_of
from courses.people.units import like_typed, meant
from tests import factories
from tests.client import Browser

pytestmark = pytest.mark.usefixtures("one_day")

TODAY = clock.today()
DAY = timedelta(days=1)


@pytest.fixture
def fay(db: Session) -> Person:
    """The administrator."""
    return factories.a_person(db, "한페이", roles=["administrator"])


def unit(db: Session, name: str) -> OrgUnit:
    return db.scalars(select(OrgUnit).where(OrgUnit.name == name)).one()


def order(db: Session) -> list[str]:
    return list(db.scalars(select(OrgUnit.name).order_by(OrgUnit.position)))


@pytest.fixture
def city(db: Session, fay: Person) -> list[OrgUnit]:
    """한빛시 with two bureaus of two divisions each, built through the actions."""
    db.query(OrgUnit).where(OrgUnit.name == "없음").delete()
    for bureau, names in {"행정국": ["총무과"], "재무국": ["재무과", "세정과"]}.items():
        for name in names:
            factories.a_unit(db, name, bureau)
    return list(db.scalars(select(OrgUnit)))


def test_a_unit_is_added_last_under_its_superior(
    client: Browser, db: Session, city: list[OrgUnit], fay: Person
) -> None:
    data = {"code": "NEW", "name": "민원과", "unit": unit(db, "행정국").code}
    client.sign_in(fay).post("/units/new", data=data)
    new = unit(db, "민원과")
    assert (new.path, new.depth, new.bureau_id) == ("행정국 민원과", 2, unit(db, "행정국").id)
    assert order(db) == ["한빛시", "행정국", "총무과", "민원과", "재무국", "재무과", "세정과"]
    assert "has the code NEW already" in client.post("/units/new", 409, data=data).text
    client.post("/units/new", 422, data={"code": "A B", "name": ""})


def test_the_first_unit_is_the_whole_organisation(db: Session) -> None:
    root = reorganising.add_unit(db, None, "1", "새시", None)  # type: ignore[arg-type]  # the system itself
    assert (root.depth, root.path, root.bureau_id) == (0, "새시", None)
    with pytest.raises(Refused, match="right above"):
        reorganising.add_unit(db, None, "2", "또", None)  # type: ignore[arg-type]  # the same


def test_what_is_below_moves_along(client: Browser, db: Session, city: list[OrgUnit], fay: Person) -> None:
    team = reorganising.add_unit(db, fay.id, "T", "계약팀", unit(db, "재무과"))
    db.commit()
    data = {"name": "회계과", "unit": "행정국"}
    client.sign_in(fay).post(f"/units/{unit(db, '재무과').id}/edit", data=data)
    moved = db.get_one(OrgUnit, team.id)
    assert (moved.path, moved.depth, moved.bureau_id) == ("행정국 회계과 계약팀", 3, unit(db, "행정국").id)
    assert order(db) == ["한빛시", "행정국", "총무과", "회계과", "계약팀", "재무국", "세정과"]


def test_a_unit_does_not_hang_from_itself(client: Browser, db: Session, city: list[OrgUnit], fay: Person) -> None:
    bureau = unit(db, "재무국")
    data = {"name": "재무국", "unit": unit(db, "재무과").code}
    assert "its own superior" in client.sign_in(fay).post(f"/units/{bureau.id}/edit", 409, data=data).text
    assert db.get_one(OrgUnit, bureau.id).depth == 1


def test_the_official_order_is_changed_by_a_step(
    client: Browser, db: Session, city: list[OrgUnit], fay: Person
) -> None:
    client.sign_in(fay).post(f"/units/{unit(db, '재무국').id}/position", data={"step": "up"})
    assert order(db) == ["한빛시", "재무국", "재무과", "세정과", "행정국", "총무과"]
    client.post(f"/units/{unit(db, '재무국').id}/position", data={"step": "up"})
    client.post(f"/units/{unit(db, '재무국').id}/position", data={"step": "down"})
    assert order(db) == ["한빛시", "행정국", "총무과", "재무국", "재무과", "세정과"]


def test_a_unit_closes_when_nobody_and_nothing_is_in_it(
    client: Browser, db: Session, city: list[OrgUnit], fay: Person
) -> None:
    ann = factories.a_person(db, "안근무", unit=unit(db, "재무과"))
    day = {"day": TODAY.isoformat()}
    assert "안근무" in client.sign_in(fay).post(f"/units/{unit(db, '재무과').id}/closing", 409, data=day).text
    assert "재무과, 세정과" in client.post(f"/units/{unit(db, '재무국').id}/closing", 409, data=day).text
    client.post(f"/people/{ann.id}/posting", data=day | {"unit": unit(db, "세정과").code})
    client.post(f"/units/{unit(db, '재무과').id}/closing", data=day)
    assert not meant(db, "재무과")
    assert [one.name for one in like_typed(db, "재무")] == ["재무국", "세정과"]
    client.post(f"/people/{ann.id}/posting", 422, data=day | {"unit": unit(db, "재무과").code})
    assert "재무과" not in client.get("/units?q=재무과").text.split("<main")[1].split('id="results"')[1]
    assert "재무과" in client.get("/units?q=재무과&closed=y").text
    client.post(f"/units/{unit(db, '재무과').id}/opening")
    assert meant(db, "재무과")


def test_the_tree_opens_where_it_is_asked_to(client: Browser, db: Session, city: list[OrgUnit], fay: Person) -> None:
    factories.a_person(db, "안근무", unit=unit(db, "재무과"), roles=["head"])
    assert "재무과" not in client.sign_in(fay).get("/units").text
    page = client.get(f"/units?open={unit(db, '재무국').id}").text
    assert "재무과" in page
    assert "안근무" in page
    client.get(f"/units?open={10**17}")


def test_many_units_are_shown_page_by_page(client: Browser, db: Session, city: list[OrgUnit], fay: Person) -> None:
    for n in range(60):
        factories.a_unit(db, "제99과" if n == 59 else f"다른 {n}과", f"제{n:02}국")
    client.sign_in(fay)
    first, second = client.get("/units").text, client.get("/units?page=2").text
    assert [name in first for name in ("제00국", "제59국", "page=2")] == [True, False, True]
    assert [name in second for name in ("제00국", "제59국", "제99과")] == [False, True, False]
    assert "제99과" in client.get(f"/units?open={unit(db, '제59국').id}").text, "the page on which it was opened"
    assert "제59국" in client.get("/units?page=99").text, "there is no page behind the last one"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=6))
def test_whatever_is_moved_the_tree_stays_sound(
    db: Session, fay: Person, city: list[OrgUnit], moves: list[tuple[int, int, bool]]
) -> None:
    for what, where, up in moves:
        units = list(db.scalars(select(OrgUnit).order_by(OrgUnit.id)))
        with db.begin_nested() as attempt:
            try:
                reorganising.edit_unit(db, fay.id, units[what], units[what].name, units[where])
                reorganising.step_unit(db, fay.id, units[where], up=up)
            except Refused:
                attempt.rollback()
        db.expire_all()
    units = list(db.scalars(select(OrgUnit).order_by(OrgUnit.position)))
    by_id = {one.id: one for one in units}
    seen: set[int | None] = {None}
    for one in units:
        assert one.parent_id in seen, "a superior comes before what is below it"
        above = by_id[one.parent_id] if one.parent_id else None
        assert one.depth == (above.depth + 1 if above else 0)
        assert one.bureau_id == (None if not above else above.bureau_id if above.depth else one.id)
        seen.add(one.id)
    assert len({one.position for one in units}) == len(units)
    assert len(parents_of(db)) == len(units)


def acting(db: Session, unit: OrgUnit, people: list[Person]) -> list[Person]:
    """Who of them acts as head of the unit today."""
    actors = ((person, load_actor(db, person.id)) for person in people)
    return [person for person, actor in actors if actor and (Role.HEAD, unit.id) in actor.units]


def test_heads_and_who_stands_in_for_them_act(client: Browser, db: Session, ben: Person, ana: Person) -> None:
    mine = db.scalars(select(OrgUnit).where(OrgUnit.name == "총무과")).one()
    data = {
        "person": ana.name,
        "from_on": TODAY.isoformat(),
        "until_on": (TODAY + 3 * DAY).isoformat(),
        "reason": "출장",
    }
    client.sign_in(ben).post(f"/units/{mine.id}/deputies", data=data)
    assert acting(db, mine, [ben, ana]) == [ben, ana]
    with clock.frozen(clock.now() + 4 * DAY):
        assert acting(db, mine, [ben, ana]) == [ben]
    again = client.post(f"/units/{mine.id}/deputies", 409, data=data | {"until_on": TODAY.isoformat()})
    assert f"{ana.name} stands in from" in again.text
    (deputy,) = db.scalars(select(Deputy))
    client.post(f"/units/{mine.id}/deputies/{deputy.id}/end")
    assert acting(db, mine, [ben, ana]) == [ben]
    assert "My" not in client.get(f"/units/{mine.id}").text.split("<h1")[1].split("</h1")[0]
    assert mine.name in client.get("/units").text


def test_a_head_names_nobody_for_another_unit(client: Browser, db: Session, ben: Person, eve: Person) -> None:
    other = factories.a_unit(db, "재무과", "재무국")
    data = {"person": eve.employee_no, "from_on": TODAY.isoformat(), "until_on": TODAY.isoformat()}
    client.sign_in(ben).post(f"/units/{other.id}/deputies", 404, data=data)
    client.get("/units/new", 403)
    client.post(f"/units/{other.id}/position", 403, data={"step": "up"})
    assert not db.scalars(select(Deputy)).all()
    client.sign_in(eve).get("/units", 403)


def test_who_cannot_stand_in(db: Session, ben: Person, ana: Person) -> None:
    mine = db.scalars(select(OrgUnit).where(OrgUnit.name == "총무과")).one()
    with pytest.raises(Refused, match="head of this unit"):
        name_deputy(db, ben.id, mine, ben, TODAY, TODAY)
    with pytest.raises(Refused, match="last day"):
        name_deputy(db, ben.id, mine, ana, TODAY - 2 * DAY, TODAY - DAY)
    ana.left_on = TODAY + DAY
    db.flush()
    with pytest.raises(Refused, match="does not work here"):
        name_deputy(db, ben.id, mine, ana, TODAY, TODAY + DAY)
    with pytest.raises(Refused, match="does not work here"):
        name_deputy(db, ben.id, mine, factories.a_person(db, "강외부", external=True), TODAY, TODAY)


def test_one_who_has_begun_stops_yesterday(db: Session, ben: Person, ana: Person) -> None:
    mine = db.scalars(select(OrgUnit).where(OrgUnit.name == "총무과")).one()
    deputy = name_deputy(db, ben.id, mine, ana, TODAY - 3 * DAY, TODAY + DAY)
    end_deputy(db, ben.id, deputy)
    assert deputy.until_on == TODAY - DAY
    with pytest.raises(Refused, match="over"):
        end_deputy(db, ben.id, deputy)


def test_a_deputy_sees_what_the_head_sees_on_these_days_alone(
    client: Browser, db: Session, ana: Person, ben: Person
) -> None:
    mine = unit(db, "총무과")
    client.sign_in(ana).get("/reports", 403)
    deputy = name_deputy(db, ben.id, mine, ana, TODAY, TODAY + DAY)
    db.commit()
    client.get("/reports")
    deputy.from_on = TODAY + DAY
    db.commit()
    client.get("/reports", 403)
