"""modes, quotas, approval, ranks, draws, offers, assignments, letters, wordings"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_enrolment"
down_revision = "2026_11_23_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column(
            "kind",
            sa.Enum(
                "enrolled",
                "queued",
                "promoted",
                "withdrawn",
                "moved",
                "cancelled",
                "reminder",
                "closed",
                "certificate",
                "written",
                "approval",
                "returned",
                "not_selected",
                "offered",
                "overdue",
                "under_minimum",
                name="noticekind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_wording")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "renewal", sa.Enum("once", "yearly", "after", name="renewal", native_enum=False, length=24), nullable=False
        ),
        sa.Column("months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(renewal = 'after') = (months IS NOT NULL)", name=op.f("ck_assignment_months_of_renewal")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_assignment_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_assignment_unit_id_org_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "prerequisite",
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("required_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("course_id <> required_id", name=op.f("ck_prerequisite_of_another")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_prerequisite_course_id_course")),
        sa.ForeignKeyConstraint(["required_id"], ["course.id"], name=op.f("fk_prerequisite_required_id_course")),
        sa.PrimaryKeyConstraint("course_id", "required_id", name=op.f("pk_prerequisite")),
    )
    with op.batch_alter_table("prerequisite") as batch_op:
        batch_op.create_index(batch_op.f("ix_prerequisite_required_id"), ["required_id"], unique=False)

    op.create_table(
        "draw",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("announced_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("list_sha256", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", courses.db.Moment(timezone=True), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_draw_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_draw")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "recruitment",
                "nomination",
                "selection",
                "non_selection",
                name="letterkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("written_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", courses.db.Moment(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_letter_run_id_run")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_letter_unit_id_org_unit")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_letter_written_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter") as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_run_id_id"), ["run_id", "id"], unique=False)

    op.create_table(
        "quota",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("floor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cap", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("floor >= 0 AND (cap IS NULL OR floor <= cap)", name=op.f("ck_quota_floor_under_cap")),
        sa.CheckConstraint("taken >= 0 AND (cap IS NULL OR taken <= cap)", name=op.f("ck_quota_not_over_cap")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_quota_run_id_run")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_quota_unit_id_org_unit")),
        sa.PrimaryKeyConstraint("run_id", "unit_id", name=op.f("pk_quota")),
    )
    with op.batch_alter_table("import_file") as batch_op:
        batch_op.add_column(sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_import_file_run_id_run"), "run", ["run_id"], ["id"])

    with op.batch_alter_table("course") as batch_op:
        batch_op.add_column(sa.Column("for_grades", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("for_services", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("for_units", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.add_column(sa.Column("motive", sa.String(length=400), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("approved_at", courses.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(
            sa.Column("ranked_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("quota_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("offered_until", courses.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_enrolment_ranked_unit_id"), ["ranked_unit_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolment_quota_unit_id_org_unit"), "org_unit", ["quota_unit_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolment_ranked_unit_id_org_unit"), "org_unit", ["ranked_unit_id"], ["id"]
        )

    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum("mail", "text", name="channel", native_enum=False, length=24),
                nullable=False,
                server_default="mail",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_message_notice_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_message_notice_id_channel"), ["notice_id", "channel"])
        batch_op.add_column(sa.Column("batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_message_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_channel_state_id"), ["channel", "state", "id"], unique=False)

    with op.batch_alter_table("run") as batch_op:
        batch_op.add_column(sa.Column("minimum", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(
            sa.Column("offer_hours", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "quota_depth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1"
            )
        )
        batch_op.create_check_constraint(batch_op.f("ck_run_offer_lasts"), "offer_hours IS NULL OR offer_hours > 0")


def downgrade() -> None:
    op.execute("DELETE FROM import_file WHERE kind = 'nominations'")
    with op.batch_alter_table("import_file") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_file_run_id_run"), type_="foreignkey")
        batch_op.drop_column("run_id")

    with op.batch_alter_table("run") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_run_offer_lasts"), type_="check")
        batch_op.drop_column("quota_depth")
        batch_op.drop_column("offer_hours")
        batch_op.drop_column("minimum")

    op.execute("DELETE FROM message WHERE channel <> 'mail'")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_channel_state_id"))
        batch_op.drop_index(batch_op.f("ix_message_batch"))
        batch_op.drop_column("batch")
        batch_op.drop_constraint(batch_op.f("uq_message_notice_id_channel"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_message_notice_id"), ["notice_id"])
        batch_op.drop_column("channel")

    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enrolment_ranked_unit_id_org_unit"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_enrolment_quota_unit_id_org_unit"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_enrolment_ranked_unit_id"))
        batch_op.drop_column("lot")
        batch_op.drop_column("offered_until")
        batch_op.drop_column("quota_unit_id")
        batch_op.drop_column("ranked_unit_id")
        batch_op.drop_column("rank")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("motive")

    with op.batch_alter_table("course") as batch_op:
        batch_op.drop_column("for_units")
        batch_op.drop_column("for_services")
        batch_op.drop_column("for_grades")

    op.drop_table("quota")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_run_id_id"))

    op.drop_table("letter")
    op.drop_table("draw")
    with op.batch_alter_table("prerequisite") as batch_op:
        batch_op.drop_index(batch_op.f("ix_prerequisite_required_id"))

    op.drop_table("prerequisite")
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_unit_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_course_id"))

    op.drop_table("assignment")
    op.drop_table("wording")
