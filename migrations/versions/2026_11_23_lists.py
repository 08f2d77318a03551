"""runs that are not over, for the catalogue"""

from alembic import op

revision = "2026_11_23_lists"
down_revision = "2026_11_23_mending"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_state_ends_on_starts_on_id"), ["state", "ends_on", "starts_on", "id"])


def downgrade() -> None:
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_state_ends_on_starts_on_id"))
