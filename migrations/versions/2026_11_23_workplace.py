"""workplace training filed by departments, skills"""

revision = "2026_11_23_workplace"
down_revision = "2026_11_23_completion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
