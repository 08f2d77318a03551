"""guests who teach are invited"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_classroom"
down_revision = "2026_11_23_hours"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("number", _KEY, nullable=False),
        sa.Column("invited_at", courses.db.Moment(), nullable=False),
        sa.Column("expires_at", courses.db.Moment(), nullable=False),
        sa.Column("mailed_at", courses.db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_invitation")),
    )


def downgrade() -> None:
    op.drop_table("invitation")
