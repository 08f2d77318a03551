"""deputies and what administration keeps"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_administration"
down_revision = "2026_11_23_reporting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_failure_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_at"), "sign_in_failure", ["at"])
    op.create_index(op.f("ix_sign_in_failure_person_id"), "sign_in_failure", ["person_id"])
    op.create_index(op.f("ix_event_actor_id_id"), "event", ["actor_id", "id"])
    op.create_index(op.f("ix_event_kind_id"), "event", ["kind", "id"])
    op.create_table(
        "deputy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_deputy_days_in_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_deputy_unit_id_org_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_unit_id_from_on"), "deputy", ["unit_id", "from_on"])
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"])
    with op.batch_alter_table("room") as batch:
        batch.add_column(sa.Column("retired_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("room") as batch:
        batch.drop_column("retired_on")
    op.drop_table("deputy")
    op.drop_index(op.f("ix_event_kind_id"), "event")
    op.drop_index(op.f("ix_event_actor_id_id"), "event")
    op.drop_table("sign_in_failure")
