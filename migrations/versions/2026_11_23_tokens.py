"""tokens of the API"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_tokens"
down_revision = "2026_11_23_administration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
