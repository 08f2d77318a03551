"""inbox, outgoing mail, preferences and calendar entries"""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_notices"
down_revision = "2026_11_23_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("preference",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("no_mail", sa.JSON(), nullable=False),
        sa.Column("calendar_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
        sa.UniqueConstraint("calendar_key", name=op.f("uq_preference_calendar_key"))
    )
    op.create_table("notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Enum("enrolled", "queued", "promoted", "withdrawn", "moved", "cancelled", "reminder", "closed", "certificate", "written", name="noticekind", native_enum=False, length=24), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("read_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_notice_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key"))
    )
    op.create_index(op.f("ix_notice_person_id_id"), "notice", ["person_id", "id"])
    op.create_index(op.f("ix_notice_person_id_read_at"), "notice", ["person_id", "read_at"])
    op.create_index(op.f("ix_notice_run_id_id"), "notice", ["run_id", "id"])
    op.create_table("calendar_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("starts_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("changed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_calendar_entry_run_id_run")),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_calendar_entry_session_id_class_session"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("session_id", name=op.f("uq_calendar_entry_session_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_entry_uid"))
    )
    op.create_index(op.f("ix_calendar_entry_run_id"), "calendar_entry", ["run_id"])
    op.create_table("message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("calendars", sa.JSON(), nullable=False),
        sa.Column("state", sa.Enum("waiting", "sent", "failed", name="messagestate", native_enum=False, length=24), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_message_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_message_notice_id"))
    )
    op.create_index(op.f("ix_message_state_id"), "message", ["state", "id"])
    op.create_table("calendar_teacher",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["calendar_entry.id"], name=op.f("fk_calendar_teacher_entry_id_calendar_entry")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_teacher_person_id_person")),
        sa.PrimaryKeyConstraint("entry_id", "person_id", name=op.f("pk_calendar_teacher"))
    )
    op.create_index(op.f("ix_calendar_teacher_person_id"), "calendar_teacher", ["person_id"])
    _give_entries(op.get_bind())


def downgrade() -> None:
    for table in ("message", "notice", "calendar_teacher", "calendar_entry", "preference"):
        op.drop_table(table)


def _give_entries(connection) -> None:
    """Runs that are published already have never met `scheduling.entries`."""
    now = datetime.now(UTC)
    known = sa.MetaData()
    names = ("run", "course", "class_session", "room", "period", "run_instructor", "calendar_entry", "calendar_teacher")
    run, course, session, room, period, instructor, entry, teacher = (
        sa.Table(name, known, autoload_with=connection) for name in names
    )
    for table, columns in ((session, ("starts_at", "ends_at")), (entry, ("starts_at", "ends_at", "changed_at"))):
        for name in columns:
            table.c[name].type = courses.db.Moment()
    published = (run.c.state == "published",)
    rows = connection.execute(
        sa.select(run.c.id, course.c.title, run.c.starts_on, run.c.ends_on)
        .join(course, course.c.id == run.c.course_id)
        .where(*published)
    ).all()
    sessions = {}
    for row in connection.execute(
        sa.select(session.c.run_id, session.c.id, session.c.starts_at, session.c.ends_at, room.c.name)
        .join(run, run.c.id == session.c.run_id)
        .outerjoin(room, room.c.id == session.c.room_id)
        .where(*published)
    ):
        sessions.setdefault(row.run_id, []).append((row.id, row.starts_at, row.ends_at, row.name or "", False))
    everybody = {}
    for run_id, person_id in connection.execute(sa.select(instructor.c.run_id, instructor.c.person_id)):
        everybody.setdefault(run_id, set()).add(person_id)
    teaching = {}
    for session_id, run_id, person_id in connection.execute(
        sa.select(session.c.id, session.c.run_id, period.c.instructor_id)
        .join(period, period.c.session_id == session.c.id)
        .join(run, run.c.id == session.c.run_id)
        .where(*published)
    ):
        alone = {person_id} if person_id else everybody.get(run_id, set())
        teaching.setdefault(session_id, set()).update(alone)
    for row in rows:
        whole = (None, _start(row.starts_on), _start(row.ends_on + timedelta(days=1)), "", True)
        for session_id, starts_at, ends_at, place, all_day in sessions.get(row.id, [whole]):
            values = {
                "run_id": row.id, "session_id": session_id, "uid": str(uuid4()), "sequence": 0, "whole": all_day,
                "cancelled": False, "starts_at": starts_at, "ends_at": ends_at, "title": row.title, "place": place,
                "changed_at": now,
            }
            (entry_id,) = connection.execute(sa.insert(entry).values(values)).inserted_primary_key
            for person_id in teaching.get(session_id, everybody.get(row.id, ())):
                connection.execute(sa.insert(teacher).values(entry_id=entry_id, person_id=person_id, gone=False))


def _start(day):
    return datetime.combine(day, time.min, ZoneInfo("Asia/Seoul")).astimezone(UTC)
