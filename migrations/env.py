"""Run by Alembic for every command; `lms/migrate.py` hands over the engine."""

from alembic import context

from courses.models import Base
from lms import throttle  # noqa: F401  # its table belongs to the schema
from lms.api import models  # noqa: F401  # likewise
from lms.auth import failures  # noqa: F401  # likewise

engine = context.config.attributes["engine"]
SQLITE = engine.dialect.name == "sqlite"


def check_references(ctx, **_):
    """Inside the transaction of each migration: what it broke undoes it."""
    if SQLITE and (broken := ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"references to rows that are gone: {broken[:10]}")


def keep_references(connection, on):
    """SQLite changes a table by making it anew, which references forbid. Works only between transactions."""
    if SQLITE:
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


with engine.connect() as connection:
    keep_references(connection, on=False)
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            on_version_apply=check_references,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        keep_references(connection, on=True)
