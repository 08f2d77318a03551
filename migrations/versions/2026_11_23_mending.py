"""mending"""

revision = "2026_11_23_mending"
down_revision = "2026_11_23_printruns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
