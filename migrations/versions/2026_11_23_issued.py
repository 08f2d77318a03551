"""issued files: their bytes, who signed them in which batch, shared addresses, what is published"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_issued"
down_revision = "2026_11_23_templates"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certificate_constant",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_certificate_constant")),
    )
    op.create_table(
        "signing_batch",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("signed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("size", _KEY, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("stamped_at", courses.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batch")),
    )
    op.create_table(
        "status_list",
        sa.Column("number", _KEY, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_list")),
    )
    op.create_table(
        "certificate_file",
        sa.Column("certificate_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("constant_sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("credential_at", _KEY, nullable=False),
        sa.Column("credential_size", _KEY, nullable=False),
        sa.Column("batch_id", _KEY, nullable=False),
        sa.Column("position", _KEY, nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signing_batch.id"], name=op.f("fk_certificate_file_batch_id_signing_batch")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_file_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(
            ["constant_sha256"],
            ["certificate_constant.sha256"],
            name=op.f("fk_certificate_file_constant_sha256_certificate_constant"),
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_certificate_file_sha256")),
    )
    with op.batch_alter_table("certificate_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_file_batch_id_position"), ["batch_id", "position"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_file_constant_sha256"), ["constant_sha256"], unique=False)
    op.create_table(
        "share_link",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("certificate_id", _KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_share_link_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("sha256", name=op.f("uq_share_link_sha256")),
    )
    with op.batch_alter_table("share_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_link_certificate_id"), ["certificate_id"], unique=False)


def downgrade() -> None:
    for name in ("share_link", "certificate_file", "status_list", "signing_batch", "certificate_constant"):
        op.drop_table(name)
