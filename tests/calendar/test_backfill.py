"""Runs that were published before there were calendars get their entries from the migration."""

from __future__ import annotations

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.scheduling import entries
from courses.scheduling.models import CalendarEntry, CalendarTeacher, Run
from lms import migrate
from lms.db import Database
from tests import factories


def test_entries_are_those_that_the_program_would_make(database: Database) -> None:
    with Session(database.engine, expire_on_commit=False) as db:
        teacher = factories.a_person(db, "이강사", roles=["instructor"])
        other = factories.a_person(db, "박강사", roles=["instructor"])
        run = factories.a_run(db, days=2, room=factories.a_room(db), instructors=[teacher])
        give_period(db, run, other)
        factories.a_run(db, factories.a_course(db, "정보보호", kind="cyber"), days=30)
        factories.a_run(db, state="draft")
    migrate.downgrade(database.engine, "2026_11_23_jobs")
    migrate.upgrade(database.engine)
    with Session(database.engine) as db:
        made = shown(db)
        assert len(made) == 3
        for run in db.scalars(select(Run)).all():
            assert entries.refresh(db, run) == []
        assert shown(db) == made
        db.execute(delete(CalendarTeacher))
        db.execute(delete(CalendarEntry))
        for run in db.scalars(select(Run)).all():
            entries.refresh(db, run)
        assert [row[1:] for row in shown(db)] == [row[1:] for row in made]


def give_period(db: Session, run: Run, person: Person) -> None:
    """The first hour of the first session is taught by somebody else."""
    first = text(
        "UPDATE period SET instructor_id = :person WHERE number = 1 AND session_id ="
        " (SELECT id FROM class_session WHERE run_id = :run AND number = 1)"
    )
    db.execute(first, {"person": person.id, "run": run.id})
    db.commit()


def shown(db: Session) -> list[tuple[object, ...]]:
    """Everything about the entries, with who teaches them."""
    teachers: dict[int, list[int]] = {}
    for row in db.scalars(select(CalendarTeacher).order_by(CalendarTeacher.person_id)):
        teachers.setdefault(row.entry_id, []).append(row.person_id)
    found = db.scalars(select(CalendarEntry).order_by(CalendarEntry.run_id, CalendarEntry.starts_at)).all()
    return [
        (one.uid, one.sequence, one.run_id, one.session_id, entries.slot_of(one), one.title, teachers.get(one.id))
        for one in found
    ]
