"""who is late with what is mandatory, summed up"""

revision = "2026_11_23_standing"
down_revision = "2026_11_23_summaries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
