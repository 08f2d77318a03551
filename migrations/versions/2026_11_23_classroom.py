"""paper of a session, guests who teach"""

revision = "2026_11_23_classroom"
down_revision = "2026_11_23_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
