"""workplace training filed by departments, skills"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_workplace"
down_revision = "2026_11_23_completion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coaching",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("person_id <> coach_id", name=op.f("ck_coaching_of_another")),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name=op.f("ck_coaching_days_in_order")),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_coaching_coach_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coaching_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching")),
        sa.UniqueConstraint("person_id", "from_on", name=op.f("uq_coaching_person_id_from_on")),
    )
    with op.batch_alter_table("coaching", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coaching_coach_id"), ["coach_id"], unique=False)

    op.create_table(
        "skill",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("added_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("removed_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_skill_course_id_course")),
        sa.ForeignKeyConstraint(["first_id"], ["skill.id"], name=op.f("fk_skill_first_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
    )
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_course_id_removed_at"), ["course_id", "removed_at"], unique=False)

    op.create_table(
        "workplace_plan",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("half", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "half IN (1, 2) AND month BETWEEN half * 6 - 5 AND half * 6", name=op.f("ck_workplace_plan_month_of_half")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_workplace_plan_somebody")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_workplace_plan_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_workplace_plan_unit_id_org_unit")),
        sa.PrimaryKeyConstraint("unit_id", "year", "half", "course_id", name=op.f("pk_workplace_plan")),
    )
    with op.batch_alter_table("workplace_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workplace_plan_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workplace_plan_year_half"), ["year", "half"], unique=False)

    op.create_table(
        "filing",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("returned_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=True),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_sha256"], ["stored_file.sha256"], name=op.f("fk_filing_evidence_sha256_stored_file")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_filing_filed_by_person")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_filing_run_id_run")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_filing_unit_id_org_unit")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_filing")),
    )
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filing_filed_by"), ["filed_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_filing_unit_id_filed_at"), ["unit_id", "filed_at"], unique=False)

    op.create_table(
        "skill_sign",
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("skill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", courses.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_skill_sign_coach_id_person")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_skill_sign_enrolment_id_enrolment")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_skill_sign_skill_id_skill")),
        sa.PrimaryKeyConstraint("enrolment_id", "skill_id", name=op.f("pk_skill_sign")),
    )
    with op.batch_alter_table("skill_sign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_sign_skill_id"), ["skill_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("skill_sign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_sign_skill_id"))

    op.drop_table("skill_sign")
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_filing_unit_id_filed_at"))
        batch_op.drop_index(batch_op.f("ix_filing_filed_by"))

    op.drop_table("filing")
    with op.batch_alter_table("workplace_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workplace_plan_year_half"))
        batch_op.drop_index(batch_op.f("ix_workplace_plan_course_id"))

    op.drop_table("workplace_plan")
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_course_id_removed_at"))

    op.drop_table("skill")
    with op.batch_alter_table("coaching", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coaching_coach_id"))

    op.drop_table("coaching")
