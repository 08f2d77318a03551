"""checking in to a session"""

revision = "2026_11_23_checkin"
down_revision = "2026_11_23_standing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
