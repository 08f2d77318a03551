"""indexes for lists that grow: headcounts, the register by year and state, runs by day"""

from alembic import op

revision = "2026_11_23_indexes"
down_revision = "2026_11_23_enrolment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_certificate_state_id"), "certificate", ["state", "id"])
    op.create_index(op.f("ix_certificate_year_id"), "certificate", ["year", "id"])
    op.create_index(op.f("ix_run_starts_on_id"), "run", ["starts_on", "id"])
    op.drop_index(op.f("ix_posting_unit_id_from_on"), table_name="posting")
    op.create_index(op.f("ix_posting_unit_id_from_on_until_on"), "posting", ["unit_id", "from_on", "until_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_posting_unit_id_from_on_until_on"), table_name="posting")
    op.create_index(op.f("ix_posting_unit_id_from_on"), "posting", ["unit_id", "from_on"])
    op.drop_index(op.f("ix_run_starts_on_id"), table_name="run")
    op.drop_index(op.f("ix_certificate_year_id"), table_name="certificate")
    op.drop_index(op.f("ix_certificate_state_id"), table_name="certificate")
