"""The journal and the audit trail: appended in order, chained, never changed, scoped."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from legalflow.errors import Conflict, LegalflowError
from legalflow.matters.events import DemandStarted, MaterialsChecked, MatterOpened
from legalflow.persistence import append_only, chain, journal
from legalflow.persistence.database import Database
from legalflow.persistence.tables import JournalRow, LoanRow, MatterRow

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
BASE = {"at": NOON, "on": date(2026, 3, 2), "actor": "a"}


def _matter(database: Database, matter_id: str = "m1") -> None:
    with database.writing() as session:
        loan = LoanRow(
            id=f"loan-{matter_id}",
            lender="l",
            contract_number=matter_id,
            borrower="b",
            maturity=date(2026, 1, 1),
            disbursed_fen=100,
            facts={},
            digest="d",
            created_at=NOON,
        )
        session.add(loan)
        session.flush()
        row = MatterRow(
            id=matter_id,
            number=matter_id,
            loan_id=loan.id,
            stage="",
            write_off="C0",
            owner_id="a",
            state={},
            opened_at=NOON,
            changed_at=NOON,
        )
        session.add(row)


def _append(session: Session, matter_id: str = "m1") -> None:
    journal.append(session, matter_id, MatterOpened(**BASE, loan="l", number="n"), 0)
    journal.append(session, matter_id, MaterialsChecked(**BASE, lacking="身份证"), 1)


def _undo(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in (*append_only.undo(database.engine.dialect.name), *statements):
            connection.execute(sa.text(statement))


def test_events_come_back_as_they_went_in_and_in_order(database: Database) -> None:
    _matter(database)
    with database.writing() as session:
        _append(session)
    with database.reading() as session:
        found = journal.events(session, "m1")
        assert list(journal.broken(session)) == []
    assert [each.sequence for each in found] == [1, 2]
    assert found[1].event == MaterialsChecked(**BASE, lacking="身份证")


def test_two_at_the_same_place_are_a_conflict_and_one_stands(database: Database) -> None:
    _matter(database)
    with database.writing() as session:
        _append(session)
    with pytest.raises(Conflict), database.writing() as session:
        journal.append(session, "m1", DemandStarted(**BASE), 1)
    with database.reading() as session:
        assert len(journal.events(session, "m1")) == 2


@pytest.mark.parametrize("statement", ["UPDATE {table} SET actor = 'b'", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", ["journal", "audit"])
def test_the_database_refuses_to_change_or_delete(database: Database, table: str, statement: str) -> None:
    _matter(database)
    with database.writing() as session:
        _append(session)
        journal.note(session, at=NOON, actor="a", action="x", subject="s")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(sa.text(statement.format(table=table)))


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE journal SET name = 'DemandStarted' WHERE sequence = 2", "journal m1#2"),
        ("UPDATE journal SET previous = 'x' WHERE sequence = 2", "journal m1#2"),
        ("DELETE FROM journal WHERE sequence = 1", "journal m1#2"),
    ],
)
def test_a_change_behind_the_back_of_the_triggers_is_found(database: Database, statement: str, place: str) -> None:
    _matter(database)
    with database.writing() as session:
        _append(session)
    _undo(database, statement)
    with database.reading() as session:
        assert place in list(journal.broken(session))


def test_journals_of_two_matters_are_chained_apart(database: Database) -> None:
    for matter_id in ("m1", "m2"):
        _matter(database, matter_id)
        with database.writing() as session:
            _append(session, matter_id)
    with database.reading() as session:
        firsts = session.exec(select(JournalRow.previous).where(JournalRow.sequence == 1)).all()
        assert list(firsts) == [chain.START] * 2
        assert list(journal.broken(session)) == []


def test_the_audit_trail_is_one_chain_whoever_writes(database: Database) -> None:
    refused: list[LegalflowError] = []

    def write(name: str) -> None:
        for number in range(10):
            try:
                with database.writing() as session:
                    journal.note(session, at=NOON, actor=name, action="x", subject=str(number), number=number)
            except LegalflowError as error:
                refused.append(error)

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert refused == []
    with database.reading() as session:
        assert list(journal.audit_broken(session)) == []
        count, last = journal.audit_head(session)
    assert count == 40 and last != chain.START


def test_an_empty_trail_has_its_start_as_its_head(database: Database) -> None:
    with database.reading() as session:
        assert journal.audit_head(session) == (0, chain.START)
