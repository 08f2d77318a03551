"""From forms to plans and back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.catalogue.queries import minutes_in_class, subjects_in_class
from courses.scheduling import defaults, layout
from courses.scheduling.holidays import Calendar
from courses.scheduling.layout import lay_out
from courses.scheduling.models import Mode
from courses.scheduling.modes import usual_mode
from courses.scheduling.plan import PeriodPlan, RunPlan, SessionPlan
from lms.web.scheduling.forms import NewBlendedForm, NewClassForm, NewCyberForm, RunForm, Terms

_FULL_DAY = 7
CYBER_AHEAD = timedelta(days=14)
"""So long before its first session the cyber part of a blended run begins, unless somebody says otherwise."""
_KEY = re.compile("[0-9]{1,18}")


def first_plan(form: Terms, course: Course, office: Calendar) -> RunPlan:
    """The plan of a new run: sessions laid out, and an application window where none was typed.

    Of a blended course (its subjects loaded) the classroom part is laid out.
    """
    venue = ""
    if isinstance(form, NewClassForm):
        first = last = _given(form.first.data)
        room = form.room.data
        begins, a_day = form.begins.data or layout.BEGINS, form.a_day.data or layout.A_DAY
        how: dict[str, Any] = {"begins": begins, "a_day": a_day, "room_id": room, "office": office}
        sessions = tuple(lay_out(minutes_in_class(course), first, subjects=subjects_in_class(course), **how))
        venue = form.venue.data or ""
        first = sessions[0].day
    else:
        assert isinstance(form, NewCyberForm)
        first, last, sessions = _given(form.starts_on.data), _given(form.ends_on.data), ()
    spans = isinstance(form, NewBlendedForm)
    if isinstance(form, NewBlendedForm):
        first = min(first, form.starts_on.data or first - CYBER_AHEAD)
        last = max(sessions[-1].day, form.ends_on.data or first)
    begins_at = sessions[0].starts_at if sessions else None
    opens, closes, withdraw = defaults.window(first, last, clock.now(), begins_at=begins_at, office=office)
    return RunPlan(
        starts_on=first,
        ends_on=last,
        capacity=form.capacity.data,
        apply_from=form.apply_from.data or opens,
        apply_until=form.apply_until.data or closes,
        cancel_until=form.cancel_until.data or withdraw,
        sessions=sessions,
        instructor_ids=form.teacher_ids(),
        venue=venue,
        spans=spans,
        **_rules(form),
    )


def changed_plan(form: RunForm, before: RunPlan, course: Course) -> RunPlan:
    """The plan as the form has it, without the sessions that are to be removed."""
    sessions = [_session(entry.form) for entry in form.sessions if not entry.form.remove.data]
    return replace(
        before,
        starts_on=form.starts_on.data or before.starts_on,
        ends_on=form.ends_on.data or before.ends_on,
        capacity=form.capacity.data,
        apply_from=form.apply_from.data,
        apply_until=form.apply_until.data,
        cancel_until=form.cancel_until.data,
        sessions=tuple(sessions),
        instructor_ids=form.teacher_ids(),
        venue=form.venue.data or "",
        spans=course.kind is Kind.BLENDED,
        **_rules(form),
    )


def rules_data(
    mode: Mode | None, kind: Kind, *, minimum: int | None, offer_hours: int | None, quota_depth: int
) -> dict[str, Any]:
    """What a form shows of how places are given out: open to all is first come, as long as there is no limit."""
    shown = Mode.FIRST_COME if mode is Mode.OPEN else mode or usual_mode(kind, 1)
    return {"mode": shown.value, "minimum": minimum, "offer_hours": offer_hours, "quota_depth": quota_depth}


def _rules(form: Terms) -> dict[str, Any]:
    return {
        "mode": Mode(form.mode.data),
        "minimum": form.minimum.data,
        "offer_hours": form.offer_hours.data,
        "quota_depth": form.quota_depth.data,
    }


def with_another_session(plan: RunPlan, office: Calendar) -> RunPlan:
    """One more: like the last one on the next working day, or a full first day."""
    if plan.sessions:
        last = max(plan.sessions, key=lambda session: session.starts_at)
        added = last.on(office.next_working_day(last.day))
    else:
        added = layout.session(office.on_or_after(plan.starts_on), _FULL_DAY)
    return replace(plan, sessions=(*plan.sessions, added))


def form_data(plan: RunPlan, kind: Kind) -> dict[str, Any]:
    """What the form shows of a plan, of a course of this kind.

    One more instructor and one more line in each session are left to fill in."""
    return {
        "seen": plan.mark,
        "capacity": plan.capacity,
        "apply_from": plan.apply_from,
        "apply_until": plan.apply_until,
        "cancel_until": plan.cancel_until,
        "venue": plan.venue,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "teachers": [*plan.instructor_ids, None],
        "sessions": [_session_data(session) for session in plan.sessions],
        **kept_rules(plan, kind),
    }


def kept_rules(plan: RunPlan, kind: Kind) -> dict[str, Any]:
    """How places are given out, as it is; what a form does not show stays so."""
    return rules_data(plan.mode, kind, minimum=plan.minimum, offer_hours=plan.offer_hours, quota_depth=plan.quota_depth)


def _session(form: Any) -> SessionPlan:
    day, key = form.day.data, form.key.data or ""
    lines = (entry.form for entry in form.periods if entry.form.begins.data and entry.form.ends.data)
    periods = tuple(
        PeriodPlan(
            clock.at(day, line.begins.data), clock.at(day, line.ends.data), line.subject.data or "", line.teacher.data
        )
        for line in lines
    )
    return SessionPlan(periods, form.room.data, int(key) if _KEY.fullmatch(key) else None)


def _session_data(session: SessionPlan) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [
        {
            "begins": clock.local(period.starts_at).time(),
            "ends": clock.local(period.ends_at).time(),
            "subject": period.subject,
            "teacher": period.instructor_id,
        }
        for period in session.periods
    ]
    return {"key": session.id, "day": session.day, "room": session.room_id, "periods": [*lines, {}]}


def _given(day: date | None) -> date:
    assert day is not None  # the form asks for it
    return day
