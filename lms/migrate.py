"""Alembic, configured in code."""

from __future__ import annotations

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import paths


def alembic_config(engine: Engine | None = None) -> Config:
    """Where the migrations are, and on which engine to run them."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision."""
    command.upgrade(alembic_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to a revision."""
    command.downgrade(alembic_config(engine), revision)


def is_current(db: Session) -> bool:
    """Whether the schema is the newest this version knows."""
    return MigrationContext.configure(db.connection()).get_current_revision() == newest()


@lru_cache(maxsize=1)
def newest() -> str | None:
    """The newest revision in `migrations/`."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def knows(revision: str) -> bool:
    """Whether this version has a revision; a later version's it has not."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())
