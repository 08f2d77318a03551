"""guests who teach are invited; signed sheets are kept"""

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
    op.create_table(
        "sheet_scan",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("page", _KEY, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("added_by", _KEY, nullable=False),
        sa.Column("added_at", courses.db.Moment(), nullable=False),
        sa.Column("removed_by", _KEY, nullable=True),
        sa.Column("removed_at", courses.db.Moment(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(removed_at IS NULL) = (reason = '')", name=op.f("ck_sheet_scan_removed_with_reason")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_sheet_scan_added_by_person")),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name=op.f("fk_sheet_scan_removed_by_person")),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_sheet_scan_session_id_class_session")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_sheet_scan_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_scan")),
    )
    with op.batch_alter_table("sheet_scan") as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_scan_session_id"), ["session_id"])


def downgrade() -> None:
    op.drop_table("sheet_scan")
    op.drop_table("invitation")
