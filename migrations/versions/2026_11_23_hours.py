"""recognised hours and learning elsewhere"""

revision = "2026_11_23_hours"
down_revision = "2026_11_23_workplace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
