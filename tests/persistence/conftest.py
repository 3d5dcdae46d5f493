"""A database for each test, its tables made: SQLite always, PostgreSQL where a server is given."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from legalflow import config
from legalflow.persistence import migrating
from legalflow.persistence.database import Database

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
Make = Callable[[str], Database]


def server() -> str:
    """The URL of the PostgreSQL server of the tests; the test is skipped, by name, where there is none."""
    url = config.read().test_postgresql
    if not url:
        pytest.skip("LEGALFLOW_TEST_POSTGRESQL names no PostgreSQL server")
    return url


def run_on_server(statement: str) -> None:
    """Run one statement on the server, outside of any transaction."""
    engine = sa.create_engine(server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Databases whose tables are made, to be copied: by engine, the file or the name."""
    made: dict[str, str] = {}
    yield made
    if "postgresql" in made:
        run_on_server(f'DROP DATABASE "{made["postgresql"]}"')


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Make]:
    """Make an empty database of an engine."""
    opened: list[Database] = []
    names: list[str] = []

    def make(engine: str) -> Database:
        if engine == "sqlite":
            opened.append(Database.open(f"sqlite:///{tmp_path / 'empty.sqlite'}"))
        else:
            names.append(f"legalflow_test_{secrets.token_hex(6)}")
            run_on_server(f'CREATE DATABASE "{names[-1]}"')
            opened.append(Database.open(_named(names[-1])))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
    for name in names:
        run_on_server(f'DROP DATABASE "{name}"')


@pytest.fixture(params=ENGINES)
def database(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    templates: dict[str, str],
) -> Iterator[Database]:
    """A database of each engine with its tables, for one test alone."""
    if request.param == "sqlite":
        if "sqlite" not in templates:
            templates["sqlite"] = str(tmp_path_factory.mktemp("template") / "template.sqlite")
            _fill(f"sqlite:///{templates['sqlite']}")
        shutil.copyfile(templates["sqlite"], tmp_path / "test.sqlite")
        made = Database.open(f"sqlite:///{tmp_path / 'test.sqlite'}")
        yield made
        made.close()
        return
    server()
    if "postgresql" not in templates:
        name = f"legalflow_template_{secrets.token_hex(6)}"
        run_on_server(f'CREATE DATABASE "{name}"')
        _fill(_named(name))
        templates["postgresql"] = name
    name = f"legalflow_test_{secrets.token_hex(6)}"
    run_on_server(f'CREATE DATABASE "{name}" TEMPLATE "{templates["postgresql"]}"')
    made = Database.open(_named(name))
    yield made
    made.close()
    run_on_server(f'DROP DATABASE "{name}"')


def _named(name: str) -> str:
    return sa.engine.make_url(server()).set(database=name).render_as_string(hide_password=False)


def _fill(url: str) -> None:
    database = Database.open(url)
    migrating.upgrade(database)
    database.close()  # the last connection of SQLite brings everything into the one file
