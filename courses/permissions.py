"""Who may: one page. A permission is held by anybody with one of its roles; `visible` says of which rows.

Asked at the door, before an action. What is *possible* (a full run, a passed deadline) is the actions' business.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from courses import clock
from courses.board.models import Material, Post
from courses.catalogue.models import Course
from courses.certificates.models import Certificate, CertificateTemplate, IssuedDocument
from courses.certificates.printing.models import PrintJob
from courses.confirming.models import Confirmation
from courses.content.models import Lesson
from courses.enrolment.models import Enrolment, Status
from courses.hours.models import OutsideLearning
from courses.letters.models import Letter
from courses.notices.models import Message, Notice
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.people.units import coordinated
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from courses.workplace.models import Filing


class Permission(enum.StrEnum):
    LEARN = "learn"  # see the catalogue, enrol, see what is one's own
    DISCUSS = "discuss"  # read and write on the boards of the runs one has a place in or teaches
    TEACH = "teach"  # take attendance and enter scores in one's own runs
    PLAN = "plan"  # make and publish runs, enrol and withdraw others
    CLOSE = "close"  # judge and close runs
    CONFIRM = "confirm"  # be the second person who confirms a weighty step
    CERTIFY = "certify"  # issue and print certificates
    DESIGN = "design"  # say what certificates look like
    IMPORT = "import"  # bring in files
    REPORT = "report"  # see figures of the whole organisation
    OVERSEE = "oversee"  # see the figures of one's own unit, and what its people have learned
    LOOK_UP = "look_up"  # find anybody, and see who and where they are
    APPROVE = "approve"  # approve or return the applications of those under one
    NOMINATE = "nominate"  # collect, complete and rank the applications of one's own unit
    FILE = "file"  # file and plan workplace training of one's own unit, and name coaches
    HEAD_UNIT = "head_unit"  # say who stands in for the head of one's own unit
    KEEP_ROOMS = "keep_rooms"  # add, change and retire rooms
    MANAGE_PEOPLE = "manage_people"  # people and units, roles and passwords of others
    ADMINISTER = "administer"  # look after the system itself: jobs, settings, health


HELD_BY: dict[Permission, tuple[Role, ...] | None] = {
    Permission.LEARN: None,
    Permission.DISCUSS: None,
    Permission.TEACH: (Role.INSTRUCTOR, Role.TRAINER, Role.OFFICER),
    Permission.PLAN: (Role.OFFICER,),
    Permission.CLOSE: (Role.OFFICER,),
    Permission.CONFIRM: (Role.OFFICER, Role.HEAD),
    Permission.CERTIFY: (Role.OFFICER,),
    Permission.DESIGN: (Role.OFFICER,),
    Permission.IMPORT: (Role.OFFICER,),
    Permission.REPORT: (Role.OFFICER,),
    Permission.OVERSEE: (Role.OFFICER, Role.HEAD),
    Permission.LOOK_UP: (Role.OFFICER, Role.ADMINISTRATOR),
    Permission.APPROVE: (Role.HEAD, Role.OFFICER),
    Permission.NOMINATE: (Role.CLERK, Role.HEAD, Role.OFFICER),
    Permission.FILE: (Role.CLERK, Role.HEAD, Role.TRAINER, Role.OFFICER),
    Permission.HEAD_UNIT: (Role.HEAD, Role.ADMINISTRATOR),
    Permission.KEEP_ROOMS: (Role.OFFICER, Role.ADMINISTRATOR),
    Permission.MANAGE_PEOPLE: (Role.ADMINISTRATOR,),
    Permission.ADMINISTER: (Role.ADMINISTRATOR,),
}
"""None: everybody. Whoever lacks a permission is told these roles."""


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the person holds the permission at all."""
    roles = HELD_BY[permission]
    return roles is None or not actor.roles.isdisjoint(roles)


def visible(actor: Actor, model: type[Any], permission: Permission = Permission.LEARN) -> ColumnElement[bool]:
    """SQL: which rows of `model` the person may use `permission` on. Unknown pairs are nobody's."""
    condition = _REACH.get((permission, model))
    return condition(actor) if condition and may(actor, permission) else false()


def _is_officer(actor: Actor) -> bool:
    return Role.OFFICER in actor.roles


def _finished_course(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else Course.draft.is_(False)


def _published(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else or_(shown_to_all(), Run.id.in_(_taught(actor)))


def shown_to_all() -> ColumnElement[bool]:
    """SQL: the runs that everybody who may learn may look at."""
    return Run.state != RunState.DRAFT


def _own_enrolment(actor: Actor) -> ColumnElement[bool]:
    return Enrolment.person_id == actor.id


def _own_certificate(actor: Actor) -> ColumnElement[bool]:
    return Certificate.person_id == actor.id


def _own_document(actor: Actor) -> ColumnElement[bool]:
    return IssuedDocument.person_id == actor.id


def _teachable_run(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else Run.id.in_(_taught(actor))


def _teachable_course(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else Course.id.in_(select(Run.course_id).where(Run.id.in_(_taught(actor))))


def _teachable_session(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else ClassSession.run_id.in_(_taught(actor))


def _teachable_enrolment(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else Enrolment.run_id.in_(_taught(actor))


def _learnt_lesson(actor: Actor) -> ColumnElement[bool]:
    """Lessons of courses that the person takes or teaches."""
    if _is_officer(actor):
        return true()
    taken = select(Enrolment.run_id).where(Enrolment.person_id == actor.id, Enrolment.status == Status.ENROLLED)
    runs = or_(Run.id.in_(taken), Run.id.in_(_taught(actor)))
    return Lesson.course_id.in_(select(Run.course_id).where(runs))


def _discussed_run(actor: Actor) -> ColumnElement[bool]:
    """Runs that the person has a place in or teaches."""
    return true() if _is_officer(actor) else Run.id.in_(_discussed(actor))


def _discussed_post(actor: Actor) -> ColumnElement[bool]:
    return true() if _is_officer(actor) else Post.run_id.in_(_discussed(actor))


def _discussed_material(actor: Actor) -> ColumnElement[bool]:
    """Of those runs, and of their courses."""
    if _is_officer(actor):
        return true()
    courses = select(Run.course_id).where(Run.id.in_(_discussed(actor)))
    return or_(Material.run_id.in_(_discussed(actor)), Material.course_id.in_(courses))


def _discussed(actor: Actor) -> Any:
    taken = select(Enrolment.run_id).where(Enrolment.person_id == actor.id, Enrolment.status == Status.ENROLLED)
    return taken.union_all(_taught(actor))


def _overseen_unit(actor: Actor) -> ColumnElement[bool]:
    """An officer's are all, a head's the own ones with all under them."""
    return true() if _is_officer(actor) else OrgUnit.id.in_(_headed(actor))


def _headed_unit(actor: Actor) -> ColumnElement[bool]:
    """Those a head heads, without those below: they have heads of their own. An administrator's are all."""
    own = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    return true() if Role.ADMINISTRATOR in actor.roles else OrgUnit.id.in_(own)


def _overseen_person(actor: Actor) -> ColumnElement[bool]:
    """Whoever serves there today."""
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(_headed(actor)))
    return true() if _is_officer(actor) else Person.id.in_(serving)


def _overseen_enrolment(actor: Actor) -> ColumnElement[bool]:
    """Places of whoever serves there today."""
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(_headed(actor)))
    return true() if _is_officer(actor) else Enrolment.person_id.in_(serving)


def _confirmable(actor: Actor) -> ColumnElement[bool]:
    """Steps of officers: every officer's, and of the head under whom they serve; one's own can be seen."""
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(_headed(actor)))
    return true() if _is_officer(actor) else Confirmation.asked_by.in_(serving)


def _headed(actor: Actor) -> Any:
    return _below(actor, Role.HEAD)


def _below(actor: Actor, *roles: Role) -> Any:
    """SQL: the units for which the person holds one of the roles, with all below. Unnamed: one may ask twice."""
    own = [unit_id for role, unit_id in actor.units if role in roles]
    headed = select(OrgUnit.id).where(OrgUnit.id.in_(own)).correlate(None).cte(recursive=True)
    headed = headed.union_all(select(OrgUnit.id).join(headed, OrgUnit.parent_id == headed.c.id))
    return select(headed.c.id)


def _approvable(actor: Actor) -> ColumnElement[bool]:
    """Applications of whoever serves today under a unit that the person heads; whose turn it is, `approvals` says."""
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(_below(actor, Role.HEAD)))
    return true() if _is_officer(actor) else and_(Enrolment.person_id.in_(serving), Enrolment.person_id != actor.id)


def _own_outside(actor: Actor) -> ColumnElement[bool]:
    return OutsideLearning.person_id == actor.id


def _approvable_outside(actor: Actor) -> ColumnElement[bool]:
    """Learning elsewhere of whoever serves under a unit that the person heads; whose turn it is, `outside` says."""
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(_below(actor, Role.HEAD)))
    others = and_(OutsideLearning.person_id.in_(serving), OutsideLearning.person_id != actor.id)
    return true() if _is_officer(actor) else others


def _nominated(actor: Actor) -> ColumnElement[bool]:
    """Applications of whoever serves today in a unit that the person keeps or heads, or below."""
    own = _below(actor, Role.CLERK, Role.HEAD)
    serving = select(Posting.person_id).where(Posting.on(clock.today()), Posting.unit_id.in_(own))
    return true() if _is_officer(actor) else Enrolment.person_id.in_(serving)


def _nominating_unit(actor: Actor) -> ColumnElement[bool]:
    """Those that the person keeps or heads, those below, and the bureau whose coordinating division is among them."""
    own = [unit_id for role, unit_id in actor.units if role in (Role.CLERK, Role.HEAD)]
    reached = or_(OrgUnit.id.in_(_below(actor, Role.CLERK, Role.HEAD)), OrgUnit.id.in_(coordinated(own)))
    return true() if _is_officer(actor) else reached


def _filing_unit(actor: Actor) -> ColumnElement[bool]:
    """Those that the person keeps or heads, with all below; a trainer's is the one where they serve, if it is there."""
    return true() if _is_officer(actor) else or_(OrgUnit.id.in_(_below(actor, Role.CLERK, Role.HEAD)), _trains(actor))


def _trains(actor: Actor) -> ColumnElement[bool]:
    serves = select(Posting.unit_id).where(Posting.person_id == actor.id, Posting.on(clock.today()))
    return and_(OrgUnit.id.in_(_below(actor, Role.TRAINER)), OrgUnit.id.in_(serves))


def _filed(actor: Actor) -> ColumnElement[bool]:
    """Of those units all; of a trainer's what they gave or filed themselves: anybody can be named as one."""
    own = or_(Filing.filed_by == actor.id, Filing.run_id.in_(_taught(actor)))
    trained = and_(own, Filing.unit_id.in_(select(OrgUnit.id).where(_trains(actor))))
    kept = Filing.unit_id.in_(_below(actor, Role.CLERK, Role.HEAD))
    return true() if _is_officer(actor) else or_(kept, trained)


def _own_notice(actor: Actor) -> ColumnElement[bool]:
    return Notice.person_id == actor.id


def _everything(actor: Actor) -> ColumnElement[bool]:
    return true()


def _taught(actor: Actor) -> Any:
    return select(RunInstructor.run_id).where(RunInstructor.person_id == actor.id)


_REACH: dict[tuple[Permission, type[Any]], Callable[[Actor], ColumnElement[bool]]] = {
    (Permission.LEARN, Run): _published,
    (Permission.LEARN, Enrolment): _own_enrolment,
    (Permission.LEARN, Certificate): _own_certificate,
    (Permission.LEARN, Lesson): _learnt_lesson,
    (Permission.DISCUSS, Run): _discussed_run,
    (Permission.DISCUSS, Post): _discussed_post,
    (Permission.DISCUSS, Material): _discussed_material,
    (Permission.TEACH, Run): _teachable_run,
    (Permission.TEACH, Course): _teachable_course,
    (Permission.TEACH, ClassSession): _teachable_session,
    (Permission.TEACH, Enrolment): _teachable_enrolment,
    (Permission.LEARN, Notice): _own_notice,
    (Permission.PLAN, Letter): _everything,
    (Permission.PLAN, Message): _everything,
    (Permission.PLAN, Run): _everything,
    (Permission.PLAN, Enrolment): _everything,
    (Permission.CLOSE, Run): _everything,
    (Permission.CERTIFY, Run): _everything,
    (Permission.CERTIFY, Certificate): _everything,
    (Permission.LEARN, IssuedDocument): _own_document,
    (Permission.CERTIFY, IssuedDocument): _everything,
    (Permission.CERTIFY, Person): _everything,
    (Permission.CERTIFY, PrintJob): _everything,
    (Permission.DESIGN, CertificateTemplate): _everything,
    (Permission.CONFIRM, Confirmation): _confirmable,
    (Permission.OVERSEE, Enrolment): _overseen_enrolment,
    (Permission.OVERSEE, OrgUnit): _overseen_unit,
    (Permission.OVERSEE, Person): _overseen_person,
    (Permission.APPROVE, Enrolment): _approvable,
    (Permission.LEARN, OutsideLearning): _own_outside,
    (Permission.APPROVE, OutsideLearning): _approvable_outside,
    (Permission.PLAN, OutsideLearning): _everything,
    (Permission.NOMINATE, Enrolment): _nominated,
    (Permission.NOMINATE, OrgUnit): _nominating_unit,
    (Permission.FILE, OrgUnit): _filing_unit,
    (Permission.FILE, Filing): _filed,
    (Permission.HEAD_UNIT, OrgUnit): _headed_unit,
    (Permission.LEARN, OrgUnit): _everything,
    (Permission.LEARN, Course): _finished_course,
    (Permission.LOOK_UP, Person): _everything,
}
