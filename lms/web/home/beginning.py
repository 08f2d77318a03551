"""The first steps in an empty installation: its names, staff, a course, a run. Whoever may take one is led there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.people.actor import Actor
from courses.people.models import Posting, Role, RoleGrant
from courses.permissions import Permission, may
from courses.scheduling.models import Run, RunState
from courses.settings.models import Setting
from courses.text import Text, text


@dataclass(frozen=True)
class Step:
    """One step. `links`: (words, address) of where it is done; empty for whoever may not take it."""

    title: Text
    why: Text
    done: bool
    links: list[tuple[Text, str]]


_STAFF: ColumnElement[bool] = exists(select(Posting.id))
_COURSE: ColumnElement[bool] = exists(select(Course.id).where(Course.draft.is_(False)))
_RUN: ColumnElement[bool] = exists(select(Run.id).where(Run.state != RunState.DRAFT))
_OFFICER: ColumnElement[bool] = exists(select(RoleGrant.id).where(RoleGrant.role == Role.OFFICER))
_ISSUER: ColumnElement[bool] = exists(select(Setting.name).where(Setting.name == "issuer"))


def first_steps(db: Session, actor: Actor) -> list[Step]:
    """What an officer or an administrator does first; nothing for others, and nothing once all of it is done."""
    plans, administers = may(actor, Permission.PLAN), may(actor, Permission.ADMINISTER)
    if not (plans or administers):
        return []
    staff, course, run, officer, issuer = db.execute(select(_STAFF, _COURSE, _RUN, _OFFICER, _ISSUER)).one()
    if staff and course and run:
        return []
    steps = [_staff(staff, plans), _course(course, plans), _run(run, plans)]
    return [_officer(officer), _organisation(issuer), *steps] if administers else steps


def _officer(done: bool) -> Step:
    return Step(
        text("Name a training officer"),
        text("They bring in files, plan runs and issue certificates. Give somebody the role, or yourself."),
        done,
        [(text("People"), url_for("people.index"))],
    )


def _organisation(done: bool) -> Step:
    return Step(
        text("Set the organisation's name, issuer and seal"),
        text("They stand on certificates. What was issued before stays as it was, so set them before the first one."),
        done,
        [(text("Organisation"), url_for("settings.edit"))],
    )


def _staff(done: bool, plans: bool) -> Step:
    return Step(
        text("Bring in units and staff"),
        text("Two files, CSV or XLSX: first the units, then the people. You see every change before it is kept."),
        done,
        [(text("Imports"), url_for("exchange.index"))] if plans else [],
    )


def _course(done: bool, plans: bool) -> Step:
    here = [(text("Add a course"), url_for("scheduling.new_course"))]
    here.append((text("Import the course catalogue"), url_for("exchange.index", kind="catalogue")))
    return Step(
        text("Add a course"),
        text("Its kind, its hours, and what it takes to complete it."),
        done,
        here if plans else [],
    )


def _run(done: bool, plans: bool) -> Step:
    return Step(
        text("Plan a run and publish it"),
        text("Dates, room and instructor of one opening of the course. Once it is published, people can enrol."),
        done,
        [(text("Plan a run"), url_for("scheduling.new"))] if plans else [],
    )
