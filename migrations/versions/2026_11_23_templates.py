"""templates"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_templates"
down_revision = "2026_11_23_board"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certificate_template",
        sa.Column("id", KEY, nullable=False),
        sa.Column("family", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("changed_by", KEY, nullable=False),
        sa.Column("frozen_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_certificate_template_changed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_template")),
        sa.UniqueConstraint("family", "version", name=op.f("uq_certificate_template_family_version")),
    )
    op.create_table(
        "template_choice",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("course_id", KEY, autoincrement=False, nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("kind", "course_id", name=op.f("pk_template_choice")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title_en", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_column("title_en")
    op.drop_table("template_choice")
    op.drop_table("certificate_template")
