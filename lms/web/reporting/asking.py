"""Questions in addresses: what stands behind the `?` of a report, read and written.

What cannot be understood is ignored as if it had not been asked. The reader's reach never comes from the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select
from werkzeug.datastructures import MultiDict

from courses import clock
from courses.catalogue.models import Kind, Level
from courses.enrolment.models import Outcome
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Role
from courses.permissions import Permission, visible
from courses.reporting import headcounts
from courses.reporting.question import HEADCOUNTS, USUAL, Across, Dimension, Filters, Measure, Question
from lms import db
from lms.auth.guard import me
from lms.web.answers import day_or_none, found, key, year_or_none

Args = MultiDict[str, str]
Choice = TypeVar("Choice", bound=StrEnum)
ALL_YEARS = "all"
_PERIOD = ("year", "from", "to", "first", "last")


def asked(args: Args) -> Question:
    """The question of an address, within what the reader may see; a unit out of reach is a 404."""
    by = _one(args, "by", Dimension) or Dimension.KIND
    across = _one(args, "across", Across)
    first, last = _years(args, by, across)
    unit = _unit(args)
    filters = Filters(
        first_year=first,
        last_year=last,
        first_day=day_or_none("first", args),
        last_day=day_or_none("last", args),
        kinds=_several(args, "kind", Kind),
        levels=_several(args, "level", Level),
        area_id=args.get("area", type=key),
        course_id=args.get("course", type=key),
        unit_id=unit.id if unit else None,
        unit_depth=unit.depth if unit else _depth_above(),
        service=args.get("service") or None,
        grade=args.get("grade") or None,
        outcomes=_several(args, "outcome", Outcome),
        as_of=day_or_none("on", args),
        reach=reach(me()),
    )
    return Question(by, across, _measures(args, across), filters)


def reach(actor: Actor) -> ColumnElement[bool] | None:
    """SQL on `OrgUnit`: whose figures the person may see; None: everybody's."""
    return None if Role.OFFICER in actor.roles else visible(actor, OrgUnit, Permission.OVERSEE)


def query(question: Question) -> str:
    """The question as it stands in an address: the shortest form of it."""
    return urlencode(list(_pairs(question)))


def _pairs(question: Question) -> Iterator[tuple[str, str]]:
    filters = question.filters
    yield "by", question.by
    if question.across:
        yield "across", question.across
    if question.measures != _usual(question.across):
        yield from (("show", measure) for measure in question.measures)
    yield from _period(filters)
    for name, values in (("kind", filters.kinds), ("level", filters.levels), ("outcome", filters.outcomes)):
        yield from ((name, value.value) for value in values)
    for name, one in (
        ("area", filters.area_id),
        ("course", filters.course_id),
        ("unit", filters.unit_id),
        ("service", filters.service),
        ("grade", filters.grade),
        ("on", filters.as_of),
    ):
        if one is not None:
            yield name, str(one)


def _period(filters: Filters) -> Iterator[tuple[str, str]]:
    first, last = filters.first_year, filters.last_year
    days = [("first", filters.first_day), ("last", filters.last_day)]
    if first == last and (first is not None or not any(day for _, day in days)):
        yield "year", str(first or ALL_YEARS)
    else:
        yield from ((name, str(year)) for name, year in (("from", first), ("to", last)) if year is not None)
    yield from ((name, day.isoformat()) for name, day in days if day)


def _years(args: Args, by: Dimension, across: Across | None) -> tuple[int | None, int | None]:
    """The years asked for; where no period is given, the newest in which a training ended, or all in a row of years."""
    one = year_or_none("year", args)
    if one is not None:
        return one, one
    first, last = year_or_none("from", args), year_or_none("to", args)
    if any(args.get(name) for name in _PERIOD):
        return (first, last) if first is None or last is None or first <= last else (last, first)
    if Dimension.YEAR in (by, across):
        return None, None
    newest = headcounts.latest_judged_year(db.session()) or clock.today().year
    return newest, newest


def _unit(args: Args) -> OrgUnit | None:
    """The unit asked for; whoever heads just one looks into that."""
    wanted = args.get("unit", type=key)
    headed = [unit_id for role, unit_id in me().units if role is Role.HEAD]
    if wanted is None and Role.OFFICER not in me().roles and len(headed) == 1:
        wanted = headed[0]
    if wanted is None:
        return None
    return found(select(OrgUnit).where(OrgUnit.id == wanted, visible(me(), OrgUnit, Permission.OVERSEE)))


def _depth_above() -> int:
    """Where the tree begins: over the highest of the units that somebody heads; officers see it from the top."""
    if Role.OFFICER in me().roles:
        return 0
    headed = [unit_id for role, unit_id in me().units if role is Role.HEAD]
    highest = db.session().scalar(select(func.min(OrgUnit.depth)).where(OrgUnit.id.in_(headed)))
    return max((highest or 0) - 1, 0)


def _measures(args: Args, across: Across | None) -> tuple[Measure, ...]:
    """Those asked for in their usual order; both headcounts are always among them."""
    wanted = _several(args, "show", Measure)
    return tuple(one for one in Measure if one in wanted or one in HEADCOUNTS) if wanted else _usual(across)


def _usual(across: Across | None) -> tuple[Measure, ...]:
    return HEADCOUNTS if across else USUAL


def _one(args: Args, name: str, kind: type[Choice]) -> Choice | None:
    asked_for = args.get(name, "")
    return kind(asked_for) if asked_for in set(kind) else None


def _several(args: Args, name: str, kind: type[Choice]) -> tuple[Choice, ...]:
    wanted = set(args.getlist(name))
    return tuple(one for one in kind if one.value in wanted)
