"""all that reports read of a place in one index: grade and service too"""

from alembic import op

revision = "2026_11_23_reports"
down_revision = "2026_11_23_documents"
branch_labels = None
depends_on = None

_BEFORE = ["run_id", "status", "outcome", "unit_id", "person_id"]
_NAME = "ix_enrolment_run_id_status_outcome_unit_id_person_id"


def upgrade() -> None:
    op.create_index("ix_enrolment_reported", "enrolment", [*_BEFORE, "grade", "service"])
    op.drop_index(_NAME, "enrolment")


def downgrade() -> None:
    op.create_index(_NAME, "enrolment", _BEFORE)
    op.drop_index("ix_enrolment_reported", "enrolment")
