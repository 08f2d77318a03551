"""inbox and outgoing mail"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_notices"
down_revision = "2026_11_23_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
