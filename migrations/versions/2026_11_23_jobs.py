"""background work"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_jobs"
down_revision = "2026_11_23_planning"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("ready", "running", "done", "failed", "cancelled")


def upgrade() -> None:
    op.create_table(
        "job_worker",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("started_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", courses.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_worker")),
    )
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.Enum(*STATES, name="jobstate", native_enum=False, length=24), nullable=False),
        sa.Column("due_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("max_attempts", KEY, nullable=False),
        sa.Column("lease_until", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("done", KEY, nullable=False),
        sa.Column("total", KEY, nullable=True),
        sa.Column("line", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("started_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("finished_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_job_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state_due_at_id"), ["state", "due_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("job")
    op.drop_table("job_worker")
