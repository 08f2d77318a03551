"""printruns"""

revision = "2026_11_23_printruns"
down_revision = "2026_11_23_registers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
