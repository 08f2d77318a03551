"""Learning elsewhere: reported by the person, recognised or returned by the head of today, corrected by officers.

Whose turn it is follows the same way as that of applications (`enrolment.approvers`), deputies and waiting too long
included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from courses import clock
from courses.db import KEY, rows
from courses.enrolment import approvers
from courses.enrolment.approvers import Approvers, officers
from courses.errors import Refused, WayOut, require_reason, without_number
from courses.events.actions import record, record_change
from courses.events.facts import OutsideMoved
from courses.files.actions import SentFile
from courses.hours.models import OutsideLearning, OutsideState
from courses.hours.queries import used
from courses.hours.rules import rules
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.scheduling import locks
from courses.settings.organisation import Organisation
from courses.text import clean, search_key, text

MOST = 200
"""How many reports are shown and decided on at once, those that wait longest first."""
LONGEST = 2000 * 60
"""Minutes that one report may claim."""
_EARLIEST = 1990

Refusals = list[tuple[int, Refused]]
"""Of a bulk action: the reports that it left as they were, each with the reason."""


@dataclass(frozen=True)
class Wanted:
    """What somebody says of it; `minutes` are claimed."""

    type: str
    title: str
    provider: str
    from_on: date
    until_on: date
    minutes: int


class Waiting(NamedTuple):
    """A report that waits for a decision; `left`: minutes that its type's cap still has (None: it has none).

    `overdue`: the next head above may decide too. `at`: the unit whose head's turn it is ('': an officer's).
    """

    id: int
    person_id: int
    name: str
    grade: str
    unit: str
    type: str
    title: str
    provider: str
    from_on: date
    until_on: date
    claimed: int
    evidence: str
    since: datetime
    overdue: bool
    at: str
    left: int | None

    @property
    def seen(self) -> str:
        """What says that it was looked at as it stands here."""
        return self.since.isoformat()

    @property
    def most(self) -> int:
        """Minutes that can be recognised."""
        return self.claimed if self.left is None else min(self.claimed, self.left)


def report(db: Session, actor_id: int, wanted: Wanted, evidence: SentFile) -> OutsideLearning:
    """Report one's own learning. Raises `Refused` for an unknown type, missing words, days to come, no time.

    Nor is the same one reported twice.
    """
    locks.lock_people(db, [actor_id])
    _check(db, wanted)
    _require_new(db, actor_id, wanted)
    one = OutsideLearning(
        person_id=actor_id, state=OutsideState.WAITING, moved_at=clock.now(), reason="",
        evidence_sha256=evidence.sha256, evidence_name=evidence.name, **_columns(wanted),
    )  # fmt: skip
    db.add(one)
    db.flush()
    record(db, actor_id, OutsideMoved(one.id, actor_id, one.title, "", one.state))
    return one


def correct_own(db: Session, actor_id: int, outside_id: int, wanted: Wanted, evidence: SentFile | None) -> None:
    """Change one's own report while nobody has recognised it; a returned one is sent again by that."""
    one = _held_own(db, actor_id, outside_id)
    _check(db, wanted)
    _require_new(db, actor_id, wanted, but=outside_id)
    before = {**_plain(one), "evidence": one.evidence_sha256}
    for name, value in _columns(wanted).items():
        setattr(one, name, value)
    if evidence:
        one.evidence_sha256, one.evidence_name = evidence.sha256, evidence.name
    after = {**_plain(one), "evidence": one.evidence_sha256}
    record_change(db, actor_id, "outside_learning", one.id, before, after, person_id=actor_id)
    if one.state is OutsideState.RETURNED:
        _move(db, actor_id, one, OutsideState.WAITING)
    one.moved_at = clock.now()  # what waits now is another claim: whoever looked at the former has to look again
    db.flush()


def withdraw(db: Session, actor_id: int, outside_id: int) -> None:
    """Take one's own report back while nobody has recognised it."""
    _move(db, actor_id, _held_own(db, actor_id, outside_id), OutsideState.WITHDRAWN)


def waiting(
    db: Session,
    actor: Actor,
    organisation: Organisation | None = None,
    *,
    everything: bool = False,
    caps: bool = True,
    above: Approvers | None = None,
) -> list[Waiting]:
    """What it is the person's turn to decide on, who waits longest first; `everything`: all, for a training officer.

    Without `caps`, what they leave is not asked for (`left` is None). `above`: what lists of one page share.
    """
    officer = everything and Role.OFFICER in actor.roles
    headed = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    if not (officer or headed):
        return []
    asked = {"today": clock.today(), "actor_id": actor.id}
    mine = rows(db, _OF_ALL, asked | {"most": MOST}) if officer else rows(db, _OF_UNITS, asked | {"unit_ids": headed})
    shown = approvers.of_actor(db, actor.id, mine, organisation, everything=officer, above=above)[:MOST]
    left = _left(db, [row for row, _, _ in shown]) if caps and shown else {}
    return [Waiting._make((*row[:-1], overdue, at, left.get(row.id))) for row, overdue, at in shown]


def turns(db: Session, ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Who may decide today on each of these that still wait, beside training officers; these where no head is left."""
    found = rows(db, _OF_IDS, {"ids": list(ids), "today": clock.today()}) if ids else ()
    return {turn.id: turn.people for turn in approvers.turns(db, found)}


def recognise(
    db: Session, actor_id: int, minutes: Mapping[int, int | None], seen: Mapping[int, str] | None = None
) -> Refusals:
    """Recognise reports, so many minutes of each (None: what was claimed, as far as the cap of its type goes).

    Returns those that stay as they were, each with the reason: more than was claimed or than the cap has left, or
    changed by their person since they were `seen` (`Waiting.seen`, by id).
    """
    good, refused = _decidable(db, actor_id, list(minutes))
    looked = seen or {}
    for one in good:
        changed = looked.get(one.id, one.moved_at.isoformat()) != one.moved_at.isoformat()
        reason = _changed(one) if changed else _recognise(db, actor_id, one, minutes[one.id])
        refused += [(one.id, reason)] if reason else []
    return refused


def return_to(
    db: Session, actor_id: int, ids: Collection[int], reason: str, seen: Mapping[int, str] | None = None
) -> Refusals:
    """Give reports back with a reason, which the people read; as `recognise` in the rest."""
    said, looked = _require_reason(reason), seen or {}
    good, refused = _decidable(db, actor_id, ids)
    for one in good:
        if looked.get(one.id, one.moved_at.isoformat()) != one.moved_at.isoformat():
            refused.append((one.id, _changed(one)))
            continue
        one.decided_by_id = actor_id
        _move(db, actor_id, one, OutsideState.RETURNED, said)
    return refused


def correct(db: Session, actor_id: int, outside_id: int, minutes: int, reason: str) -> None:
    """Recognise another number of minutes of what is recognised already (an officer, with a reason)."""
    said = _require_reason(reason)
    (one,) = _held(db, [outside_id])
    if one.person_id == actor_id:
        raise _own()
    if one.state is not OutsideState.RECOGNISED:
        raise Refused(text("Only what is recognised can be corrected"), code="state", way_out=_TO_MINE)
    if refused := _too_many(db, one, minutes):
        raise refused
    before = {"recognised_minutes": one.recognised_minutes, "reason": one.reason}
    one.recognised_minutes, one.reason, one.decided_by_id = minutes, said, actor_id
    after = {"recognised_minutes": minutes, "reason": said}
    record_change(db, actor_id, "outside_learning", one.id, before, after, person_id=one.person_id)
    record(db, actor_id, OutsideMoved(one.id, one.person_id, one.title, one.state, one.state, minutes, said))
    db.flush()


def _recognise(db: Session, actor_id: int, one: OutsideLearning, minutes: int | None) -> Refused | None:
    left = _cap_left(db, one)
    if left == 0:
        return Refused(text("The cap of this type is used up for %(year)s. Return it", year=one.year), code="cap")
    wanted = min(one.claimed_minutes, LONGEST if left is None else left) if minutes is None else minutes
    if refused := _too_many(db, one, wanted):
        return refused
    one.recognised_minutes, one.decided_by_id = wanted, actor_id
    _move(db, actor_id, one, OutsideState.RECOGNISED)
    return None


def _too_many(db: Session, one: OutsideLearning, minutes: int) -> Refused | None:
    if not 0 <= minutes <= one.claimed_minutes:
        said = text(
            "At most the %(hours)s hours that were claimed can be recognised", hours=_hours(one.claimed_minutes)
        )
        return Refused(said, code="claimed")
    left = _cap_left(db, one)
    if left is not None and minutes > left:
        return Refused(text("The cap of this type leaves %(hours)s hours", hours=_hours(left)), code="cap")
    return None


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def _decidable(db: Session, actor_id: int, ids: Collection[int]) -> tuple[list[OutsideLearning], Refusals]:
    """Those that the person may decide on now, and why not the others; held until the transaction ends."""
    held = _held(db, ids)
    people, officer = turns(db, [one.id for one in held]), bool(officers(db, [actor_id]))
    good, refused = [], []
    for one in held:
        reason = _obstacle(one, actor_id, may=officer or actor_id in people.get(one.id, ()))
        if reason:
            refused.append((one.id, reason))
        else:
            good.append(one)
    return good, refused


def _obstacle(one: OutsideLearning, actor_id: int, *, may: bool) -> Refused | None:
    if one.person_id == actor_id:
        return _own()
    if one.state is not OutsideState.WAITING:
        return Refused(text("“%(title)s” was decided already", title=one.title), code="decided")
    if not may:
        return Refused(
            text("The report of %(name)s waits for somebody else", name=one.person.name), code="not_your_turn"
        )
    return None


def _changed(one: OutsideLearning) -> Refused:
    return Refused(
        text("“%(title)s” has been changed meanwhile. Look at it once more", title=one.title), code="changed"
    )


def _own() -> Refused:
    return Refused(text("Nobody decides on their own learning"), code="own")


def _held(db: Session, ids: Collection[int]) -> list[OutsideLearning]:
    """With their persons locked, so that two decisions cannot both use what a cap has left."""
    chosen = OutsideLearning.id.in_(ids)
    locks.lock_people(db, set(db.scalars(select(OutsideLearning.person_id).where(chosen))))
    whole = select(OutsideLearning).options(joinedload(OutsideLearning.person)).where(chosen)
    whole = whole.order_by(OutsideLearning.until_on, OutsideLearning.id)
    return list(db.scalars(whole, execution_options={"populate_existing": True}))


def _held_own(db: Session, actor_id: int, outside_id: int) -> OutsideLearning:
    (one,) = _held(db, [outside_id])
    if one.person_id != actor_id:
        raise Refused(text("Only who reported it can do this"), code="not_own")
    if not one.is_open:
        raise Refused(text("“%(title)s” was decided already", title=one.title), code="decided", way_out=_TO_MINE)
    return one


def _move(db: Session, actor_id: int, one: OutsideLearning, after: OutsideState, reason: str = "") -> None:
    fact = OutsideMoved(one.id, one.person_id, one.title, one.state, after, one.recognised_minutes, reason)
    one.state, one.moved_at, one.reason = after, clock.now(), reason
    db.flush()
    record(db, actor_id, fact)


def _check(db: Session, wanted: Wanted) -> None:
    if wanted.type not in rules(db, wanted.until_on.year, 0).types:
        raise Refused(text("Choose what kind of learning it is from the list"), code="type")
    if not clean(wanted.title) or not clean(wanted.provider):
        raise Refused(text("Say what it was and who offered it"), code="empty")
    without_number(wanted.title, text("What was it"))
    without_number(wanted.provider, text("Who offered it"))
    if not date(_EARLIEST, 1, 1) <= wanted.from_on <= wanted.until_on <= clock.today():
        raise Refused(text("The days are in the wrong order, or still to come"), code="days")
    if not 0 < wanted.minutes <= LONGEST:
        raise Refused(text("Enter hours from 0.5 to 2,000"), code="minutes")


def _require_new(db: Session, person_id: int, wanted: Wanted, but: int | None = None) -> None:
    """No other report of theirs has this title on these days; the person is held, so that two cannot both be first."""
    same_days = OutsideLearning.from_on == wanted.from_on, OutsideLearning.until_on == wanted.until_on
    theirs = OutsideLearning.person_id == person_id, OutsideLearning.state != OutsideState.WITHDRAWN
    found = select(OutsideLearning.id, OutsideLearning.title).where(*theirs, *same_days).order_by(OutsideLearning.id)
    title = search_key(wanted.title[:200])
    for id_, known in db.execute(found):
        if id_ != but and search_key(known) == title:
            first = WayOut("outside", text("Look at the first report"), id_)
            raise Refused(text("You have reported “%(title)s” of these days already", title=known), code="twice",
                          way_out=first)  # fmt: skip


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {
        "type": wanted.type,
        "title": clean(wanted.title)[:200],
        "provider": clean(wanted.provider)[:200],
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "claimed_minutes": wanted.minutes,
    }


def _plain(one: OutsideLearning) -> dict[str, Any]:
    said = Wanted(one.type, one.title, one.provider, one.from_on, one.until_on, one.claimed_minutes)
    return asdict(said) | {"from_on": one.from_on.isoformat(), "until_on": one.until_on.isoformat()}


def _require_reason(reason: str) -> str:
    return require_reason(reason, text("Give a reason: the person reads it"))


def _left(db: Session, reports: Iterable[Row[Any]]) -> dict[int, int | None]:
    """What the cap of its type leaves for each of these, in a statement, and one for each year."""
    there = list(reports)
    done = used(db, {row.person_id for row in there})
    said = {year: rules(db, year, 0).minutes for year in {row.until_on.year for row in there}}
    left: dict[int, int | None] = {}
    for row in there:
        year = row.until_on.year
        cap = said[year].get(row.type)
        left[row.id] = None if cap is None else max(0, cap - done.get((row.person_id, year, row.type), 0))
    return left


def _cap_left(db: Session, one: OutsideLearning) -> int | None:
    """Minutes of its type that could still count, leaving itself out; None: any number."""
    cap = rules(db, one.year, 0).minutes.get(one.type)
    if cap is None:
        return None
    own = (one.recognised_minutes or 0) if one.state is OutsideState.RECOGNISED else 0
    return max(0, cap - used(db, [one.person_id]).get((one.person_id, one.year, one.type), 0) + own)


_TO_MINE = WayOut("my_learning", text("See my learning"))
_today, _unit_ids = bindparam("today", type_=Date), bindparam("unit_ids", type_=KEY, expanding=True)
_WAITING: Select[*tuple[Any, ...]] = (
    select(
        OutsideLearning.id,
        OutsideLearning.person_id,
        Person.name,
        func.coalesce(Posting.grade, "").label("grade"),
        func.coalesce(OrgUnit.path, "").label("unit"),
        OutsideLearning.type,
        OutsideLearning.title,
        OutsideLearning.provider,
        OutsideLearning.from_on,
        OutsideLearning.until_on,
        OutsideLearning.claimed_minutes,
        OutsideLearning.evidence_name,
        OutsideLearning.moved_at.label("since"),
        Posting.unit_id,
    )
    .join(Person, Person.id == OutsideLearning.person_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
    .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(OutsideLearning.state == OutsideState.WAITING)
    .order_by(OutsideLearning.moved_at, OutsideLearning.id, Posting.from_on.desc())
)
_below = select(OrgUnit.id).where(OrgUnit.id.in_(_unit_ids)).correlate(None).cte("below", recursive=True)
_child = aliased(OrgUnit)
_below = _below.union(select(_child.id).join(_below, _child.parent_id == _below.c.id))
_others = OutsideLearning.person_id != bindparam("actor_id", type_=KEY)
_OF_IDS = _WAITING.where(OutsideLearning.id.in_(bindparam("ids", type_=KEY, expanding=True)))
_OF_UNITS = _WAITING.where(_others, Posting.unit_id.in_(select(_below.c.id)))
_OF_ALL = _WAITING.where(_others).limit(bindparam("most", type_=Integer))
