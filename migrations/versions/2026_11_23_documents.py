"""signed files of confirmations and transcripts"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_documents"
down_revision = "2026_11_23_lists"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document_file",
        sa.Column("document_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("batch_id", _KEY, nullable=False),
        sa.Column("position", _KEY, nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signing_batch.id"], name=op.f("fk_document_file_batch_id_signing_batch")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_document.id"], name=op.f("fk_document_file_document_id_issued_document")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_file_sha256")),
    )
    with op.batch_alter_table("document_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_file_batch_id_position"), ["batch_id", "position"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("document_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_file_batch_id_position"))
    op.drop_table("document_file")
