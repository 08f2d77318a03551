"""A plan with one session elsewhere, left out, or taught by somebody else. Pure; `enrolment.rescheduling` writes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from courses.scheduling.plan import PeriodPlan, RunPlan, SessionPlan


def shifted(session: SessionPlan, starts_at: datetime) -> SessionPlan:
    """The same session, as long and with the same breaks, from another moment on."""
    by = starts_at - session.starts_at
    periods = (replace(p, starts_at=p.starts_at + by, ends_at=p.ends_at + by) for p in session.periods)
    return replace(session, periods=tuple(periods))


def session_of(plan: RunPlan, session_id: int) -> SessionPlan:
    """The session of that id. Raises StopIteration when the plan has none."""
    return next(session for session in plan.sessions if session.id == session_id)


def with_session(plan: RunPlan, session: SessionPlan) -> RunPlan:
    """The plan with this session in the place of the one with its id."""
    return replace(plan, sessions=tuple(session if one.id == session.id else one for one in plan.sessions))


def without_session(plan: RunPlan, session_id: int) -> RunPlan:
    """The plan with one session less."""
    return replace(plan, sessions=tuple(one for one in plan.sessions if one.id != session_id))


def minutes_of(plan: RunPlan) -> int:
    """Its credited minutes: an hour for each period."""
    return 60 * sum(len(session.periods) for session in plan.sessions)


def teachers_of(plan: RunPlan, session: SessionPlan) -> list[int]:
    """Who teaches a session, in order of the periods; a period without somebody of its own has all of the run's."""
    ids = (
        person_id
        for period in session.periods
        for person_id in ([period.instructor_id] if period.instructor_id else plan.instructor_ids)
    )
    return list(dict.fromkeys(ids))


def substituted(plan: RunPlan, gone: int, instead: int, session_ids: Collection[int] | None = None) -> RunPlan:
    """Let `instead` teach what `gone` teaches: in some sessions, or (None) in the whole run.

    Where only some sessions change hands, those without instructors of their own are given the run's only one, so that
    nobody is busy who does not teach. Raises ValueError when the run has several, and it cannot be said who.
    """
    if session_ids is None:
        ids = tuple(dict.fromkeys(instead if one == gone else one for one in plan.instructor_ids))
        sessions = (_taught(session, gone, instead) for session in plan.sessions)
        return replace(plan, instructor_ids=ids, sessions=tuple(sessions))
    shared = any(period.instructor_id is None for session in plan.sessions for period in session.periods)
    if shared and len(plan.instructor_ids) > 1:
        raise ValueError("several instructors teach periods together")
    named = [_taught(session, None, plan.instructor_ids[0]) if shared else session for session in plan.sessions]
    sessions = (_taught(session, gone, instead) if session.id in session_ids else session for session in named)
    return replace(plan, instructor_ids=(*plan.instructor_ids, instead), sessions=tuple(sessions)).settled()


def _taught(session: SessionPlan, gone: int | None, instead: int) -> SessionPlan:
    def period(one: PeriodPlan) -> PeriodPlan:
        return replace(one, instructor_id=instead) if one.instructor_id == gone else one

    return replace(session, periods=tuple(period(one) for one in session.periods))
