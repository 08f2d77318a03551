"""issued"""

revision = "2026_11_23_issued"
down_revision = "2026_11_23_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
