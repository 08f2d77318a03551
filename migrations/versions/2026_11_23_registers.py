"""documents beside the certificates, the log of the seal, how certificates came to be issued and were received"""

import sqlalchemy as sa
from alembic import op

import courses.db

revision = "2026_11_23_registers"
down_revision = "2026_11_23_issued"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = courses.db.Moment(timezone=True)
_STATE = sa.Enum("valid", "superseded", "revoked", name="certificatestate", native_enum=False, length=24)
_DOCUMENT = sa.Enum("enrolment", "transcript", "teaching", name="documentkind", native_enum=False, length=24)
_SEAL = sa.Enum("received", "used", "spoilt", "counted", "printed", name="sealkind", native_enum=False, length=24)
_WAY = sa.Enum("closing", "run", "selection", "request", "reissue", name="way", native_enum=False, length=24)
_CAUSE = sa.Enum("name", "unit", "lost", "correction", name="cause", native_enum=False, length=24)


def upgrade() -> None:
    op.create_table(
        "issued_document",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("year", _KEY, nullable=False),
        sa.Column("number", _KEY, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", _DOCUMENT, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("run_id", _KEY, nullable=True),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("issued_by", _KEY, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", _KEY, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_issued_document_ended_by_person")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_issued_document_issued_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_issued_document_person_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_issued_document_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint("code", name=op.f("uq_issued_document_code")),
        sa.UniqueConstraint("series", "year", "number", name=op.f("uq_issued_document_series_year_number")),
    )
    op.create_index(op.f("ix_issued_document_person_id_id"), "issued_document", ["person_id", "id"])
    op.create_index(op.f("ix_issued_document_run_id"), "issued_document", ["run_id"])
    op.create_table(
        "seal_stock",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("sheets", _KEY, nullable=False),
        sa.CheckConstraint("sheets >= 0", name=op.f("ck_seal_stock_not_below_nothing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_stock")),
    )
    op.create_table(
        "seal_entry",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", _SEAL, nullable=False),
        sa.Column("count", _KEY, nullable=False),
        sa.Column("remaining", _KEY, nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("run_id", _KEY, nullable=True),
        sa.Column("actor_id", _KEY, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_seal_entry_actor_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_seal_entry_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_entry")),
    )
    op.create_index(op.f("ix_seal_entry_day_id"), "seal_entry", ["day", "id"])
    op.create_index(op.f("ix_seal_entry_run_id"), "seal_entry", ["run_id"])
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.add_column(sa.Column("way", _WAY, nullable=False, server_default="run"))
        batch_op.add_column(sa.Column("cause", _CAUSE, nullable=True))
        batch_op.add_column(sa.Column("received_at", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("received_by", sa.String(length=100), nullable=False, server_default=""))
    op.execute("UPDATE certificate SET way = 'reissue', cause = 'correction' WHERE revision > 1")


def downgrade() -> None:
    with op.batch_alter_table("certificate") as batch_op:
        for column in ("received_by", "received_at", "cause", "way"):
            batch_op.drop_column(column)
    for table in ("seal_entry", "seal_stock", "issued_document"):
        op.drop_table(table)
