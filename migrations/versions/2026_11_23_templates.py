"""templates"""

revision = "2026_11_23_templates"
down_revision = "2026_11_23_board"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
