"""Each invariant, broken past the program: the audit finds it, and only it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, audit, draws, quotas
from courses.enrolment.findings import Finding
from courses.enrolment.models import Enrolment, Outcome, Quota, Status
from courses.enrolment.states import settle
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Mode, Run, RunState
from tests.draw.scenes import a_draw_run, entrants
from tests.factories import a_course, a_person, a_run


class Scene:
    """A run of two seats by quota, both taken, two people behind them, and one who has withdrawn."""

    def __init__(self, db: Session, officer: Person) -> None:
        self.db, self.officer = db, officer
        self.people = [a_person(db, f"직원{n}") for n in range(5)]
        self.run = a_run(db, seats=2, mode=Mode.FIRST_COME, starts_in=20)
        self.unit_id = quotas.unit_for(db, self.run, self.people[0].id) or 0
        allotment.set_quotas(db, officer.id, self.run, {self.unit_id: (1, 2)})
        places = [actions.enrol(db, one.id, self.run.id, one.id) for one in self.people]
        actions.withdraw(db, self.people[4].id, places[4].id)
        self.first, self.second, self.third, self.fourth, self.gone = (one.id for one in places)
        db.commit()

    def enrolment(self, id_: int, **values: object) -> None:
        self._set(update(Enrolment).where(Enrolment.id == id_).values(**values))

    def of_run(self, **values: object) -> None:
        self._set(update(Run).where(Run.id == self.run.id).values(**values))

    def quota(self, **values: object) -> None:
        self._set(update(Quota).where(Quota.run_id == self.run.id).values(**values))

    def room(self) -> None:
        """One seat more, and nobody is promoted."""
        self.of_run(capacity=3)
        self.quota(cap=3)

    def event(self, id_: int, **said: object) -> None:
        """Another word in the last step that was written down of an enrolment."""
        of = select(Event).where(Event.run_id == self.run.id, Event.kind == "moved").order_by(Event.id.desc())
        last = next(one for one in self.db.scalars(of) if one.data["enrolment_id"] == id_)
        last.data = last.data | said
        self.db.flush()

    def forget(self, id_: int) -> None:
        """Nothing was ever written down of an enrolment."""
        for one in self.db.scalars(select(Event).where(Event.run_id == self.run.id, Event.kind == "moved")):
            if one.data["enrolment_id"] == id_:
                self.db.delete(one)
        self.db.flush()

    def swapped(self) -> None:
        """Who came last is the next one."""
        self.enrolment(self.third, queue_no=2)
        self.enrolment(self.fourth, queue_no=1)

    def promoted(self, id_: int) -> None:
        """Somebody gets a free seat the way the queue gives it, whoever comes before."""
        self.room()
        self.enrolment(id_, status=Status.ENROLLED, queue_no=None, quota_unit_id=self.unit_id)
        self.of_run(taken=3)
        self.quota(taken=3)
        person = self.db.get_one(Enrolment, id_).person_id
        said = {
            "enrolment_id": id_,
            "before": "waitlisted",
            "after": "enrolled",
            "queue_no": None,
            "reason": "promoted",
        }
        event = {"at": clock.now(), "kind": "moved", "run_id": self.run.id, "person_id": person, "data": said}
        self.db.add(Event(**event))
        self.db.flush()

    def _set(self, statement: object) -> None:
        self.db.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]  # any statement
        self.db.expire_all()


Break = Callable[[Scene], object]

BROKEN: dict[str, tuple[Break, set[str]]] = {
    "seats that nobody has": (lambda s: s.of_run(taken=1), {"taken"}),
    "more seats than there are": (lambda s: s.of_run(capacity=1), {"oversold"}),
    "a unit's seats that nobody has": (lambda s: s.quota(taken=0), {"quota_taken", "quota_held"}),
    "a unit above its cap": (lambda s: s.quota(cap=1), {"quota_cap"}),
    "more held than is free": (lambda s: s.quota(floor=5, cap=5), {"quota_held"}),
    "counted for a unit without a quota": (lambda s: s._set(delete(Quota)), {"quota_stray"}),
    "counted without a seat": (lambda s: s.enrolment(s.third, quota_unit_id=s.unit_id), {"quota_stray"}),
    "waits without a number": (lambda s: s.enrolment(s.third, queue_no=None), {"number_missing"}),
    "a number without waiting": (lambda s: s.enrolment(s.gone, queue_no=9), {"number_idle"}),
    "a number that was not drawn": (lambda s: s.enrolment(s.third, queue_no=99), {"number_undrawn", "end"}),
    "a number twice": (lambda s: s.enrolment(s.third, queue_no=2), {"number_twice", "end"}),
    "numbers that changed hands": (lambda s: s.swapped(), {"end"}),
    "waits beside a free seat": (lambda s: s.room(), {"waits"}),
    "an outcome without a seat": (
        lambda s: s.enrolment(s.gone, outcome=Outcome.COMPLETED),
        {"outcome", "end"},
    ),
    "a place in a cancelled run": (lambda s: s.of_run(state=RunState.CANCELLED), {"cancelled"}),
    "a queue in a closed run": (lambda s: s.of_run(state=RunState.CLOSED), {"closed"}),
    "an end without an offer": (lambda s: s.enrolment(s.first, offered_until=clock.now()), {"offer_end"}),
    "a step from where it was not": (lambda s: s.event(s.gone, before="enrolled"), {"broken"}),
    "another end than the row's": (
        lambda s: s.event(s.gone, after="offered"),
        {"end"},
    ),
    "a row that history does not know": (lambda s: s.forget(s.gone), {"no_history"}),
    "a status past the history": (lambda s: s.enrolment(s.gone, status=Status.CANCELLED), {"end"}),
    "a history without a row": (lambda s: s._set(delete(Enrolment).where(Enrolment.id == s.gone)), {"gone"}),
    "a number drawn twice": (lambda s: s.event(s.fourth, queue_no=1), {"drawn_twice"}),
    "promoted before who was next": (lambda s: s.promoted(s.fourth), {"overtaken"}),
    "promoted without waiting": (
        lambda s: s.event(s.second, before="waitlisted", after="enrolled", reason="promoted"),
        {"promoted", "broken"},
    ),
}


@pytest.fixture
def scene(db: Session, dan: Person) -> Scene:
    return Scene(db, dan)


def past_the_checks(db: Session) -> None:
    """Let the database take what its own checks would refuse."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    for table, name in (("run", "ck_run_not_oversold"), ("quota", "ck_quota_not_over_cap")):
        db.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


@pytest.fixture
def unguarded(db: Session) -> Iterator[None]:
    past_the_checks(db)
    yield
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("PRAGMA ignore_check_constraints = OFF"))


def codes(found: list[Finding]) -> set[str]:
    return {one.code for one in found}


def test_what_the_program_does_holds(db: Session, scene: Scene) -> None:
    assert list(audit.findings(db)) == []


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_found(db: Session, scene: Scene, how: str) -> None:
    other = a_run(db, a_course(db, "다른 과정"), seats=1)
    breaks, expected = BROKEN[how]
    breaks(scene)
    found = list(audit.findings(db))
    assert codes(found) == expected
    assert {one.run_id for one in found} == {scene.run.id}
    assert all(str(one.message) and str(one.remedy) for one in found)
    assert list(audit.findings(db, scene.run.id)) == found
    assert list(audit.findings(db, other.id)) == []


def test_a_step_that_the_table_has_not(db: Session, scene: Scene) -> None:
    scene.event(scene.first, after="nominated")
    scene.enrolment(scene.first, status=Status.NOMINATED)
    assert "illegal" in codes(list(audit.findings(db)))


def test_an_offer_that_nobody_ended(db: Session, scene: Scene) -> None:
    scene.enrolment(scene.first, status=Status.OFFERED, offered_until=clock.now() - timedelta(days=1))
    scene.event(scene.first, before="", after="offered")
    assert codes(list(audit.findings(db))) >= {"offer_over"}
    scene.enrolment(scene.first, offered_until=clock.now() + timedelta(days=1))
    assert "offer_over" not in codes(list(audit.findings(db)))


def test_an_outcome_past_the_history(db: Session, scene: Scene) -> None:
    settle(db, scene.officer.id, db.get_one(Enrolment, scene.first), Outcome.COMPLETED)
    assert not list(audit.findings(db))
    scene.enrolment(scene.first, outcome=Outcome.NOT_COMPLETED)
    assert codes(list(audit.findings(db))) == {"end"}


def test_a_step_after_the_outcome(db: Session, scene: Scene) -> None:
    settle(db, scene.officer.id, db.get_one(Enrolment, scene.first), Outcome.COMPLETED)
    scene.enrolment(scene.first, status=Status.WITHDRAWN, outcome=None, quota_unit_id=None)
    said = {"enrolment_id": scene.first, "before": "enrolled", "after": "withdrawn", "queue_no": None, "reason": ""}
    event = {"at": clock.now(), "kind": "moved", "run_id": scene.run.id, "person_id": scene.people[0].id}
    db.add(Event(**event, data=said))
    db.flush()
    assert codes(list(audit.findings(db))) >= {"illegal", "end"}


def test_an_application_left_out_of_a_draw(db: Session) -> None:
    run = a_draw_run(db)
    (left,) = entrants(db, run, 1)
    assert not list(audit.findings(db))
    draw = draws.of_run(db, run.id)
    assert draw
    draw.drawn_at = clock.now()
    db.flush()
    assert [(one.code, one.enrolment_id) for one in audit.findings(db)] == [("undrawn", left.id)]


def test_an_officers_words_are_no_promotion(db: Session, dan: Person) -> None:
    """Somebody was promoted at work, and that is the reason given."""
    run, person = a_run(db, mode=Mode.FIRST_COME), a_person(db)
    place = actions.enrol(db, dan.id, run.id, person.id, reason="promoted")
    actions.withdraw(db, dan.id, place.id, reason="promoted")
    assert not list(audit.findings(db))


def test_who_was_passed_over_may_be_overtaken_once(db: Session, scene: Scene) -> None:
    """Passed over, then somebody else moves: whoever is promoted next has to find them passed over again."""
    passed = {"enrolment_id": scene.third, "queue_no": 1, "reason": "clash"}
    person = scene.people[2].id
    db.add(Event(at=clock.now(), kind="passed_over", run_id=scene.run.id, person_id=person, data=passed))
    db.flush()
    scene.promoted(scene.fourth)
    assert not list(audit.findings(db))


def test_it_is_kept_and_read_again(db: Session, scene: Scene) -> None:
    assert audit.last(db) is None
    scene.enrolment(scene.gone, queue_no=9)
    found = list(audit.findings(db))
    audit.keep(db, found, len(found), audit.size(db))
    audit.keep(db, found, len(found), audit.size(db))
    kept = audit.last(db)
    assert kept
    assert kept["number"] == 1
    assert [Finding.from_json(one) for one in kept["findings"]] == found
    assert (kept["runs"], kept["enrolments"]) == (1, 5)
