"""Migrations run up and down on both databases and leave exactly the tables of the code."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from legalflow import config
from legalflow.persistence import append_only, migrating
from legalflow.persistence.database import Database
from legalflow.persistence.tables import APPEND_ONLY

VERSIONS = Path(migrating.__file__).parent / "migrations" / "versions"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each engine."""
    if request.param == "sqlite":
        made = Database.open(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield made
        made.close()
        return
    server = config.read().test_postgresql
    if not server:
        pytest.skip("LEGALFLOW_TEST_POSTGRESQL names no PostgreSQL server")
    name = f"legalflow_migrations_{secrets.token_hex(6)}"
    on_server = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with on_server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    made = Database.open(sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False))
    yield made
    made.close()
    with on_server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}"')
    on_server.dispose()


def test_up_gives_the_tables_of_the_code_and_down_takes_them_away(database: Database) -> None:
    assert migrating.revision(database) is None
    for _ in range(2):
        migrating.upgrade(database)
        assert migrating.revision(database) == migrating.newest()
        assert migrating.differences(database) == []
        migrating.downgrade(database)
        assert set(sa.inspect(database.engine).get_table_names()) <= {"alembic_version"}


def test_up_twice_changes_nothing(database: Database) -> None:
    migrating.upgrade(database)
    migrating.upgrade(database)
    assert migrating.differences(database) == []


def test_a_migration_cut_off_half_way_leaves_the_database_as_it_was(database: Database) -> None:
    begun = database.engine.connect()
    begun.begin()
    migrating.command.upgrade(migrating._config(begun), "head")
    begun.rollback()
    begun.close()
    assert set(sa.inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrating.upgrade(database)
    assert migrating.differences(database) == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_may_only_be_appended_to_says_so_itself(database: Database, table: str) -> None:
    migrating.upgrade(database)
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal",
    }[database.engine.dialect.name]
    with database.engine.connect() as connection:
        found = connection.execute(sa.text(names), {"table": table}).scalars().all()
    wanted = {
        match[1]
        for statement in append_only.statements(database.engine.dialect.name)
        if (match := re.match(rf"CREATE TRIGGER (\w+) .* ON {table} ", statement))
    }
    assert set(found) == wanted and wanted


def test_migrations_are_numbered_in_order_and_say_what_they_do() -> None:
    files = sorted(path.name for path in VERSIONS.glob("*.py") if path.name != "__init__.py")
    for number, name in enumerate(files, start=1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.py", name), name
