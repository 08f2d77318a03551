"""subjects, holidays and what planning needs"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_planning"
down_revision = "2026_11_23_content"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.Enum("classroom", "cyber", "workplace", "blended", name="kind", native_enum=False, length=24), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_subject_has_hours")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_subject_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_subject_course_id_number")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recognised_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("mandatory", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("description", sa.String(length=2000), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("audience", sa.String(length=400), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "name",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_day")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scored", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("venue", sa.String(length=200), nullable=False, server_default=""))
    op.execute(
        "UPDATE run SET scored = (SELECT course.scored FROM course WHERE course.id = run.course_id)"
        " WHERE state <> 'draft'"
    )


def downgrade() -> None:
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_column("venue")
        batch_op.drop_column("scored")
    op.drop_table("closed_day")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_column("draft")
        batch_op.drop_column("audience")
        batch_op.drop_column("description")
        batch_op.drop_column("mandatory")
        batch_op.drop_column("recognised_minutes")
    op.drop_table("subject")
