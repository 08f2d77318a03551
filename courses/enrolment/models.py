from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course
from courses.db import NAME, Base, Key, choice
from courses.people.models import Person
from courses.scheduling.models import Run


class Status(enum.StrEnum):
    """Where the place stands."""

    APPLIED = "applied"
    RETURNED = "returned"
    APPROVED = "approved"
    NOMINATED = "nominated"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Outcome(enum.StrEnum):
    """How it ended."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NOT_REGISTERED = "not_registered"
    EXPELLED = "expelled"


class Enrolment(Base):
    """One row per run and person, for ever.

    `status` and `outcome` change only in `states.py`; past results come with theirs (`exchange.settlement`).
    `queue_no` is the number drawn from the run's queue. `unit_id`, `grade` and `service` are kept as of the run's last
    day, so that a transfer never rewrites last year's report; they are empty until the run is closed.

    `motive` is what the applicant says (a reason is needed to take a completed course again). `approved_at`: when the
    head approved. `rank` (1 the first) is the order in which the unit `ranked_unit_id` nominates its own (추천순위).
    `quota_unit_id`: the unit on whose quota a seat is counted; None where no quotas hold. `offered_until`: when an
    offer ends. `lot` is the place in the draw.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        Index(None, "run_id", "status", "queue_no"),
        Index(None, "person_id", "status", "outcome", "run_id"),  # what somebody takes, has completed
        Index("ix_enrolment_reported", "run_id", "status", "outcome", "unit_id", "person_id", "grade", "service"),
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[Status] = mapped_column(choice(Status))
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    queue_no: Mapped[int | None]
    applied_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    motive: Mapped[str] = mapped_column(String(400), default="")
    approved_at: Mapped[datetime | None]
    rank: Mapped[int | None]
    ranked_unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    quota_unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    offered_until: Mapped[datetime | None]
    lot: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    grade: Mapped[str] = mapped_column(String(40), default="")
    service: Mapped[str] = mapped_column(String(40), default="")

    run: Mapped[Run] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class Quota(Base):
    """Seats of a run held for a unit and all below it (부서별 정원 배정): at least `floor`, at most `cap` (None: any).

    `taken` counts its seats and changes only in `seats.py`. Units are those of the run's `quota_depth`.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("floor >= 0 AND (cap IS NULL OR floor <= cap)", name="floor_under_cap"),
        CheckConstraint("taken >= 0 AND (cap IS NULL OR taken <= cap)", name="not_over_cap"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    floor: Mapped[int] = mapped_column(default=0)
    cap: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)


class Draw(Base):
    """The draw (추첨) of a run. `commitment`, the SHA-256 of `secret`, is announced before anybody applies.

    When applications have closed the seed follows from the secret and `list_sha256`, the hash of the closed list: who
    knows the one cannot choose the other. All of it is published with the result, in `document` (`lots.py`).
    """

    __tablename__ = "draw"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    announced_at: Mapped[datetime]
    list_sha256: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime | None]
    document: Mapped[str | None] = mapped_column(Text, deferred=True)


class Renewal(enum.StrEnum):
    """When a mandatory course has to be completed again."""

    ONCE = "once"
    YEARLY = "yearly"  # every calendar year, by the same day
    AFTER = "after"  # so many months after the last completion


class Assignment(Base):
    """A course that somebody must complete: everybody, or who serves in a unit or below, with a grade, in a service.

    `due_on` is the (first) last day in time; `months` belongs to `Renewal.AFTER`. `ended_on` is the first day on which
    it no longer holds.
    """

    __tablename__ = "assignment"
    __table_args__ = (CheckConstraint("(renewal = 'after') = (months IS NOT NULL)", name="months_of_renewal"),)

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    grade: Mapped[str] = mapped_column(String(40), default="")
    service: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date]
    renewal: Mapped[Renewal] = mapped_column(choice(Renewal), default=Renewal.ONCE)
    months: Mapped[int | None]
    created_at: Mapped[datetime]
    ended_on: Mapped[date | None]

    course: Mapped[Course] = relationship(lazy="raise")


class State(enum.StrEnum):
    """How somebody stands with what they must complete."""

    DONE = "done"
    OPEN = "open"
    AWAY = "away"
    LATE = "late"


class Duty(Base):
    """Who stands how with what is mandatory, as `reckoned.py` found it last: what pages read instead of reckoning.

    `assignment_id` is 0 for a course that is marked as mandatory. `due` is the number of the day; `first`: speaks for
    all of the person's duties with the course. `position` (of the unit) and `name` are copies to sort by.
    """

    __tablename__ = "duty"
    __table_args__ = (
        Index(None, "assignment_id", "state", "position", "unit_id", "name", "person_id"),
        Index(None, "person_id"),
        Index(None, "unit_id", "assignment_id", "state"),
        Index(None, "first", "course_id", "unit_id", "grade", "service", "state"),
    )

    course_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    assignment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[int]
    grade: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(choice(State))
    due: Mapped[int]
    first: Mapped[bool]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(NAME)


class DutyCount(Base):
    """How many `Duty` rows of a unit and all below it (0: of everybody) are in each state.

    `assignment_id` 0 counts the `first` ones of the course.
    """

    __tablename__ = "duty_count"

    course_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    assignment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    done: Mapped[int]
    open: Mapped[int]
    away: Mapped[int]
    late: Mapped[int]


class DutyChange(Base):
    """Something has changed that duties follow from, and is not reckoned yet; `person_id` None: for many."""

    __tablename__ = "duty_change"

    id: Mapped[Key]
    person_id: Mapped[int | None]


class Reckoning(Base):
    """The day of what `Duty` says, and how often it was written: one row."""

    __tablename__ = "reckoning"

    id: Mapped[Key]
    day: Mapped[date | None]
    turn: Mapped[int] = mapped_column(default=0)
