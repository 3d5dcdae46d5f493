"""The connection: no update is lost, nothing is half done, and what is away says so."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.errors import Away, Conflict
from legalflow.persistence import database as module
from legalflow.persistence.database import Database
from legalflow.persistence.tables import FirmRow


def _put(database: Database, name: str, number: int = 0) -> None:
    with database.writing() as session:
        session.add(FirmRow(id=name, name=name, facts={"number": number}))


def test_no_update_is_lost_among_writers_at_once(database: Database) -> None:
    _put(database, "counted")

    def count() -> None:
        for _ in range(15):
            with database.writing() as session:
                row = session.exec(select(FirmRow).where(FirmRow.id == "counted").with_for_update()).one()
                row.facts = {"number": row.facts["number"] + 1}
                session.add(row)

    writers = [threading.Thread(target=count) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.reading() as session:
        assert session.exec(select(FirmRow)).one().facts == {"number": 60}


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(FirmRow(id="f", name="f", facts={}))
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.exec(select(FirmRow)).all() == []


def test_a_fault_before_the_commit_leaves_nothing(database: Database) -> None:
    def fault(point: str) -> None:
        if point == "commit":
            raise OSError("disk full")

    with pytest.raises(OSError):
        _put(replace(database, fault=fault), "f")
    with database.reading() as session:
        assert session.exec(select(FirmRow)).all() == []


def test_the_same_thing_twice_is_a_conflict(database: Database) -> None:
    _put(database, "f")
    with pytest.raises(Conflict):
        _put(database, "f")


def test_rows_read_can_be_used_afterwards(database: Database) -> None:
    _put(database, "f", 7)
    with database.reading() as session:
        row = session.exec(select(FirmRow)).one()
    assert row.facts == {"number": 7}


def test_a_reading_session_sees_one_state_of_the_data(database: Database) -> None:
    _put(database, "f")
    if database.engine.dialect.name == "postgresql":
        # There each statement sees what is committed; the order of statements within a use case allows for it.
        assert database.engine.dialect.default_isolation_level == "READ COMMITTED"
        return
    with database.reading() as session:
        before = session.exec(select(sa.func.count()).select_from(FirmRow)).one()
        _put(database, "g")
        assert session.exec(select(sa.func.count()).select_from(FirmRow)).one() == before


def test_a_database_locked_by_another_is_away_and_not_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_MILLISECONDS", 50)
    database = Database.open(f"sqlite:///{tmp_path / 'locked.sqlite'}")
    FirmRow.metadata.create_all(database.engine)
    other = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Away):
        _put(database, "f")
    other.close()
    _put(database, "f")
    database.close()


def test_sqlite_waits_syncs_and_keeps_its_references(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'new' / 'made.sqlite'}")
    with database.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    database.close()
