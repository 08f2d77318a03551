"""a run's board and its survey"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_board"
down_revision = "2026_11_23_classroom"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "material",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("removed_at", courses.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("(run_id IS NULL) <> (course_id IS NULL)", name=op.f("ck_material_of_run_or_course")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_material_added_by_person")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_material_course_id_course")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_material_run_id_run")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_material_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    with op.batch_alter_table("material", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_course_id_removed_at"), ["course_id", "removed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_run_id_removed_at"), ["run_id", "removed_at"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("notice", "question", "answer", name="postkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("edited_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("hidden_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(kind = 'answer') = (question_id IS NOT NULL)", name=op.f("ck_post_answer_of_question")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_post_author_id_person")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_post_hidden_by_person")),
        sa.ForeignKeyConstraint(["question_id"], ["post.id"], name=op.f("fk_post_question_id_post")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_post_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_question_id_id"), ["question_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_run_id_kind_id"), ["run_id", "kind", "id"], unique=False)

    op.create_table(
        "survey",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("until", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("instructors", sa.JSON(), nullable=False),
        sa.Column("ended_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_survey")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facilities", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instructors", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("course BETWEEN 1 AND 5", name=op.f("ck_survey_answer_course_points")),
        sa.CheckConstraint("facilities BETWEEN 1 AND 5", name=op.f("ck_survey_answer_facilities_points")),
        sa.CheckConstraint("operation BETWEEN 1 AND 5", name=op.f("ck_survey_answer_operation_points")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_answer_run_id_run")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_run_id"), ["run_id"], unique=False)

    op.create_table(
        "survey_taken",
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_survey_taken_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_survey_taken")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_taken")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answer_run_id"))

    op.drop_table("survey_answer")
    op.drop_table("survey")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_run_id_kind_id"))
        batch_op.drop_index(batch_op.f("ix_post_question_id_id"))
        batch_op.drop_index(batch_op.f("ix_post_author_id"))

    op.drop_table("post")
    with op.batch_alter_table("material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_material_run_id_removed_at"))
        batch_op.drop_index(batch_op.f("ix_material_course_id_removed_at"))

    op.drop_table("material")
