"""scores published, appealed; absences asked for"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_assessment"
down_revision = "2026_11_23_checkin"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(*values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, length=24)


def upgrade() -> None:
    kinds = _one_of("exam", "practice", "assignment", "presentation", "conduct")
    with op.batch_alter_table("component") as batch_op:
        batch_op.add_column(sa.Column("kind", kinds, server_default="exam", nullable=False))
        batch_op.add_column(sa.Column("published_at", courses.db.Moment(timezone=True), nullable=True))
    # What somebody had scored was seen by its people at once.
    op.execute(
        "UPDATE component SET published_at ="
        " (SELECT max(scored_at) FROM score WHERE score.component_id = component.id)"
    )
    op.create_table(
        "appeal",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("component_id", _KEY, nullable=False),
        sa.Column("enrolment_id", _KEY, nullable=False),
        sa.Column("state", _one_of("open", "kept", "changed"), nullable=False),
        sa.Column("points", _KEY, nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("made_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_points", _KEY, nullable=True),
        sa.Column("answered_by", _KEY, nullable=True),
        sa.Column("answered_at", courses.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_appeal_answered_if_not_open")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_appeal_answered_by_person")),
        sa.ForeignKeyConstraint(["component_id"], ["component.id"], name=op.f("fk_appeal_component_id_component")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_appeal_enrolment_id_enrolment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_component_id"), "appeal", ["component_id"])
    op.create_index(op.f("ix_appeal_enrolment_id"), "appeal", ["enrolment_id"])
    op.create_index(op.f("ix_appeal_state_component_id"), "appeal", ["state", "component_id"])
    op.create_table(
        "absence_request",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("enrolment_id", _KEY, nullable=False),
        sa.Column("ground", _one_of("official_leave", "leave", "duty"), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("state", _one_of("open", "approved", "returned", "withdrawn"), nullable=False),
        sa.Column("reason", _one_of("number", "sessions", "ground", "unapproved"), nullable=True),
        sa.Column("asked_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by", _KEY, nullable=True),
        sa.Column("decided_at", courses.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_absence_request_decided_if_not_open")
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (reason IS NOT NULL)", name=op.f("ck_absence_request_reason_if_returned")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_absence_request_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_absence_request_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_request")),
    )
    op.create_index(op.f("ix_absence_request_enrolment_id"), "absence_request", ["enrolment_id"])
    op.create_index(op.f("ix_absence_request_state_enrolment_id"), "absence_request", ["state", "enrolment_id"])
    op.create_table(
        "absence_session",
        sa.Column("request_id", _KEY, nullable=False),
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["absence_request.id"], name=op.f("fk_absence_session_request_id_absence_request")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_absence_session_session_id_class_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "session_id", name=op.f("pk_absence_session")),
    )
    op.create_index(op.f("ix_absence_session_session_id"), "absence_session", ["session_id"])
    _marks_go_with_sessions("CASCADE")


def _marks_go_with_sessions(ondelete: str | None) -> None:
    name = op.f("fk_attendance_session_id_class_session")
    with op.batch_alter_table("attendance") as batch_op:
        batch_op.drop_constraint(name, type_="foreignkey")
        batch_op.create_foreign_key(name, "class_session", ["session_id"], ["id"], ondelete=ondelete)


def downgrade() -> None:
    _marks_go_with_sessions(None)
    op.drop_table("absence_session")
    op.drop_table("absence_request")
    op.drop_table("appeal")
    with op.batch_alter_table("component") as batch_op:
        batch_op.drop_column("published_at")
        batch_op.drop_column("kind")
