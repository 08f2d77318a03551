"""policies pinned anew, runs reopened, second persons"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_completion"
down_revision = "2026_11_23_assessment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "confirmed", "declined", name="state", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR state = 'declined' OR decided_by <> asked_by",
            name=op.f("ck_confirmation_by_another"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_confirmation_asked_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_confirmation_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_kind_subject_id"), ["kind", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "former_judgement",
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reopened_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "completed", "not_completed", "not_registered", "expelled", name="outcome", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("policy", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("judged_at", courses.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_former_judgement_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "reopened_at", name=op.f("pk_former_judgement")),
    )


def downgrade() -> None:
    op.drop_table("former_judgement")
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_state_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_asked_by"))

    op.drop_table("confirmation")
