"""checking in to a session; at its door"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_checkin"
down_revision = "2026_11_23_standing"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("enrolment_id", KEY, nullable=False),
        sa.Column("at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("new", "doubtful", "seen", "out", "confirmed", name="checkinstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_check_in_enrolment_id_enrolment")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_session.id"], name=op.f("fk_check_in_session_id_class_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "enrolment_id", name=op.f("pk_check_in")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "check_in_window",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("opened_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("closes_at", courses.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_check_in_window_opened_by_person")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_check_in_window_session_id_class_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_check_in_window")),
    )
    op.create_table(
        "door_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("instead_of", KEY, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("asked_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL)", name=op.f("ck_door_request_decided_with_result")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_door_request_asked_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_door_request_decided_by_person")),
        sa.ForeignKeyConstraint(["instead_of"], ["enrolment.id"], name=op.f("fk_door_request_instead_of_enrolment")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_door_request_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_door_request_session_id_class_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_request")),
    )
    with op.batch_alter_table("door_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_door_request_decided_at_asked_at"), ["decided_at", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_door_request_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_door_request_session_id"), ["session_id"], unique=False)

    op.create_table(
        "identity_check",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("enrolment_id", KEY, nullable=False),
        sa.Column(
            "proof", sa.Enum("card", "colleague", "failed", name="proof", native_enum=False, length=24), nullable=False
        ),
        sa.Column("colleague_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("checked_by", KEY, nullable=False),
        sa.Column("checked_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("expelled", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(proof = 'colleague') = (colleague_id IS NOT NULL)", name=op.f("ck_identity_check_colleague_if_named")
        ),
        sa.CheckConstraint("proof = 'failed' OR decided_at IS NULL", name=op.f("ck_identity_check_decided_if_failed")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (expelled IS NULL)", name=op.f("ck_identity_check_decided_with_result")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_identity_check_checked_by_person")),
        sa.ForeignKeyConstraint(["colleague_id"], ["person.id"], name=op.f("fk_identity_check_colleague_id_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_identity_check_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_identity_check_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
            name=op.f("fk_identity_check_session_id_class_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
    )
    with op.batch_alter_table("identity_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_check_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_check_proof_decided_at"), ["proof", "decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_check_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("identity_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_check_session_id"))
        batch_op.drop_index(batch_op.f("ix_identity_check_proof_decided_at"))
        batch_op.drop_index(batch_op.f("ix_identity_check_enrolment_id"))

    op.drop_table("identity_check")
    with op.batch_alter_table("door_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_request_session_id"))
        batch_op.drop_index(batch_op.f("ix_door_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_door_request_decided_at_asked_at"))

    op.drop_table("door_request")
    op.drop_table("check_in_window")
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_in_enrolment_id"))

    op.drop_table("check_in")
