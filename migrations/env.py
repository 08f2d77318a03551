"""Run by Alembic for every command; `lms/migrate.py` hands over the engine."""

from alembic import context

from courses.models import Base
from lms import throttle  # noqa: F401  # its table belongs to the schema

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
