"""scores published, appealed; absences asked for"""

revision = "2026_11_23_assessment"
down_revision = "2026_11_23_checkin"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
