"""a run's board and its survey"""

revision = "2026_11_23_board"
down_revision = "2026_11_23_classroom"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
