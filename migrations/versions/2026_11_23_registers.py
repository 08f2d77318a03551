"""registers"""

revision = "2026_11_23_registers"
down_revision = "2026_11_23_issued"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
