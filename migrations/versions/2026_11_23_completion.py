"""policies pinned anew, runs reopened, second persons"""

revision = "2026_11_23_completion"
down_revision = "2026_11_23_assessment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
