"""saved reports"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_reporting"
down_revision = "2026_11_23_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("query", sa.String(length=1500), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", courses.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_saved_report_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_report_owner_id_name")),
    )
    with op.batch_alter_table("saved_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_report_shared"), ["shared"], unique=False)
    op.create_index(op.f("ix_event_kind_at"), "event", ["kind", "at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_event_kind_at"), table_name="event")
    op.drop_table("saved_report")
