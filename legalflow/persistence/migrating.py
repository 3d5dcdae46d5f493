"""Brings a database's tables to the state of the code, up or down, in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from legalflow.persistence import tables
from legalflow.persistence.database import Database

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, target: str = "head") -> None:
    """Bring the tables up to `target`; several processes may do so at once, and the second finds it done."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7300)"))
        command.upgrade(_config(connection), target)


def downgrade(database: Database, target: str = "base") -> None:
    """Take the tables back to `target`."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), target)


def revision(database: Database) -> str | None:
    """The revision the database stands at, or None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision of the code."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def differences(database: Database) -> list[str]:
    """What the database's tables lack or have beyond those of the code; empty where they match."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(item) for item in compare_metadata(context, tables.SQLModel.metadata)]


def write_revision(database: Database, message: str, number: str) -> None:
    """Write a new migration from the difference between code and database, for developers (run it on PostgreSQL)."""
    with database.engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
