"""who is late with what is mandatory, summed up"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_standing"
down_revision = "2026_11_23_summaries"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")
_STATE = sa.Enum("done", "open", "away", "late", name="state", native_enum=False, length=24)

_OF_POSTINGS = ("grade", "service")
_OF_PERSONS = ["person_id", "status", "outcome", "run_id"]


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("course_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("assignment_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("person_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("unit_id", _KEY, nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("due", _KEY, nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("position", _KEY, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.PrimaryKeyConstraint("course_id", "assignment_id", "person_id", name=op.f("pk_duty")),
    )
    for columns in (
        ["assignment_id", "state", "position", "unit_id", "name", "person_id"],
        ["person_id"],
        ["unit_id", "assignment_id", "state"],
        ["first", "course_id", "unit_id", "grade", "service", "state"],
    ):
        op.create_index(op.f(f"ix_duty_{'_'.join(columns)}"), "duty", columns)
    op.create_table(
        "duty_count",
        sa.Column("course_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("assignment_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("unit_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("done", _KEY, nullable=False),
        sa.Column("open", _KEY, nullable=False),
        sa.Column("away", _KEY, nullable=False),
        sa.Column("late", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("course_id", "assignment_id", "unit_id", name=op.f("pk_duty_count")),
    )
    op.create_index(op.f("ix_duty_count_unit_id"), "duty_count", ["unit_id"])
    op.create_table(
        "duty_change",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_change")),
    )
    op.create_table(
        "reckoning",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("turn", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reckoning")),
    )
    op.create_table(
        "headcount",
        sa.Column("unit_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("own", _KEY, nullable=False),
        sa.Column("people", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_headcount")),
    )
    for column in _OF_POSTINGS:
        op.create_index(op.f(f"ix_posting_{column}_until_on"), "posting", [column, "until_on"])
    op.create_index(op.f("ix_enrolment_person_id_status_outcome_run_id"), "enrolment", _OF_PERSONS)
    op.drop_index(op.f("ix_enrolment_person_id_status"), table_name="enrolment")


def downgrade() -> None:
    op.create_index(op.f("ix_enrolment_person_id_status"), "enrolment", ["person_id", "status"])
    op.drop_index(op.f("ix_enrolment_person_id_status_outcome_run_id"), table_name="enrolment")
    for column in _OF_POSTINGS:
        op.drop_index(op.f(f"ix_posting_{column}_until_on"), table_name="posting")
    for table in ("headcount", "reckoning", "duty_change", "duty_count", "duty"):
        op.drop_table(table)
