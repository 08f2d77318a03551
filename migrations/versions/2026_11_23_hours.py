"""recognised hours and learning elsewhere"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_hours"
down_revision = "2026_11_23_workplace"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")
_STATES = ("waiting", "returned", "recognised", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "hours_rules",
        sa.Column("from_year", _KEY, autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("from_year", name=op.f("pk_hours_rules")),
    )
    op.create_table(
        "outside_learning",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("title", _NAME, nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("claimed_minutes", _KEY, nullable=False),
        sa.Column("recognised_minutes", _KEY, nullable=True),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.Enum(*_STATES, name="outsidestate", native_enum=False, length=24), nullable=False),
        sa.Column("moved_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_by_id", _KEY, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("claimed_minutes > 0", name=op.f("ck_outside_learning_something_claimed")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_outside_learning_days_in_order")),
        sa.CheckConstraint(
            "recognised_minutes BETWEEN 0 AND claimed_minutes", name=op.f("ck_outside_learning_at_most_claimed")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_outside_learning_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_sha256"],
            ["stored_file.sha256"],
            name=op.f("fk_outside_learning_evidence_sha256_stored_file"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outside_learning_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_learning")),
    )
    with op.batch_alter_table("outside_learning", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outside_learning_person_id_until_on"), ["person_id", "until_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outside_learning_state_moved_at"), ["state", "moved_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outside_learning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_learning_state_moved_at"))
        batch_op.drop_index(batch_op.f("ix_outside_learning_person_id_until_on"))
    op.drop_table("outside_learning")
    op.drop_table("hours_rules")
