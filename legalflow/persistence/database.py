"""The connection to the database: SQLite made safe for several processes, PostgreSQL as it is.

SQLite: WAL, `synchronous=FULL`, and `BEGIN IMMEDIATE` for every transaction that may write; plain pysqlite loses
updates without an error. A database that stays locked for five seconds is `Away`, not a fault.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from legalflow.errors import Away, Conflict
from legalflow.persistence import searching

BUSY_MILLISECONDS = 5000


def _nothing(_point: str) -> None:
    """No fault is planned."""


@dataclass(frozen=True)
class Database:
    """Sessions that write and sessions that only read. `fault` is called by name before each commit."""

    engine: sa.Engine
    fault: Callable[[str], None] = _nothing

    @classmethod
    def open(cls, url: str, fault: Callable[[str], None] = _nothing) -> Database:
        """The database at a SQLAlchemy URL; for SQLite its folder is made."""
        searching.keep_along()
        if url.startswith("sqlite"):
            place = sa.engine.make_url(url).database
            if place:
                Path(place).parent.mkdir(parents=True, exist_ok=True)
            settings = {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}
            engine = sa.create_engine(url, connect_args=settings)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10)
        # A forked job must not share its parent's connections.
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
        return cls(engine, fault)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction; commits at the end of the block, or leaves nothing."""
        with _named_errors(), Session(self.engine, expire_on_commit=False) as session:
            session.begin()
            try:
                yield session
                session.flush()
                self.fault("commit")
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the data and changes nothing; rows that were read stay usable after it."""
        engine = self.engine.execution_options(legalflow_reads=True)
        with _named_errors(), Session(engine, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                session.expunge_all()  # a rollback would empty the rows of what was read
                session.rollback()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


@contextmanager
def _named_errors() -> Iterator[None]:
    """The database's own errors as ours: locked or gone is `Away`, changed meanwhile is `Conflict`."""
    try:
        yield
    except StaleDataError:
        raise _changed() from None
    except IntegrityError as error:
        raise Conflict.one(
            "database.conflict",
            "该数据已存在或已被他人更改，请刷新后重试",
            "this already exists or was changed meanwhile; reload and try again",
            found=str(error.orig).splitlines()[0][:120],
        ) from error
    except (OperationalError, DBAPIError) as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Away.one(
                "database.away",
                "数据库暂时不可用，请稍后重试",
                "the database is away for now; try again shortly",
                found=str(error.orig).splitlines()[0][:120],
            ) from error
        raise


def _changed() -> Conflict:
    return Conflict.one(
        "row.changed",
        "数据已被他人更改，请刷新后重试",
        "somebody changed this meanwhile; reload and try again",
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We begin transactions ourselves: pysqlite's own begin is the deferred one that loses updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("legalflow_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
