"""print runs and their log"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_printruns"
down_revision = "2026_11_23_registers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_setup",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_print_setup_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_print_setup")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("first", "resumed", "reprint", name="printkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sheets", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("finished_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("removed_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_print_job_asked_by_person")),
        sa.ForeignKeyConstraint(["of_id"], ["print_job.id"], name=op.f("fk_print_job_of_id_print_job")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_print_job_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_job_of_id"), ["of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_job_run_id"), ["run_id"], unique=False)

    op.create_table(
        "printed_sheet",
        sa.Column("print_job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copy", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "department",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_printed_sheet_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(
            ["print_job_id"], ["print_job.id"], name=op.f("fk_printed_sheet_print_job_id_print_job")
        ),
        sa.PrimaryKeyConstraint("print_job_id", "position", name=op.f("pk_printed_sheet")),
        sa.UniqueConstraint("certificate_id", "copy", name=op.f("uq_printed_sheet_certificate_id_copy")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("printed_sheet")
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_job_run_id"))
        batch_op.drop_index(batch_op.f("ix_print_job_of_id"))

    op.drop_table("print_job")
    op.drop_table("print_setup")
