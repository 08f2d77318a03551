"""revisions and revocation"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_certificates"
down_revision = "2026_11_23_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", courses.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=400), nullable=False, server_default=""))
        batch_op.create_foreign_key(op.f("fk_certificate_ended_by_person"), "person", ["ended_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_certificate_ended_by_person"), type_="foreignkey")
        batch_op.drop_column("reason")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("ended_at")
