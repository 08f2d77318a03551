"""summaries of closed years, and the marks by which they are known to be right"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_summaries"
down_revision = "2026_11_23_indexes"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("run") as batch_op:
        batch_op.add_column(sa.Column("results_mark", _KEY, nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_run_year_state_results_mark"), ["year", "state", "results_mark"])
        batch_op.create_index(batch_op.f("ix_run_state_imported"), ["state", "imported"])
    op.create_table(
        "report_summary",
        sa.Column("year", _KEY, autoincrement=False, nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("across", sa.String(length=20), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("persons", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("year", "by", "across", name=op.f("pk_report_summary")),
    )


def downgrade() -> None:
    op.drop_table("report_summary")
    with op.batch_alter_table("run") as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_state_imported"))
        batch_op.drop_index(batch_op.f("ix_run_year_state_results_mark"))
        batch_op.drop_column("results_mark")
