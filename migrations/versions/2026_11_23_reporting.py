"""saved reports"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_reporting"
down_revision = "2026_11_23_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
