"""letters of half-years"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_mending"
down_revision = "2026_11_23_printruns"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("half", sa.String(length=6), nullable=True))
        batch_op.alter_column("run_id", existing_type=_KEY, nullable=True)
        batch_op.create_check_constraint(batch_op.f("ck_letter_of_one_thing"), "(run_id IS NULL) <> (half IS NULL)")
        batch_op.create_index(batch_op.f("ix_letter_half"), ["half"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM letter WHERE half IS NOT NULL")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_half"))
        batch_op.drop_constraint(batch_op.f("ck_letter_of_one_thing"), type_="check")
        batch_op.alter_column("run_id", existing_type=_KEY, nullable=False)
        batch_op.drop_column("half")
