"""What the database itself holds: instants in UTC, whole fen, the maker never the checker, one effective write-off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.errors import Conflict
from legalflow.persistence.database import Database
from legalflow.persistence.tables import BeatRow, LoanRow, MatterRow, PaymentRow, WriteOffRow

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def loan(database: Database) -> Database:
    """The database with one loan and its matter."""
    with database.writing() as session:
        session.add(
            LoanRow(
                id="l1",
                lender="l",
                contract_number="c",
                borrower="b",
                maturity=date(2026, 1, 1),
                disbursed_fen=9_999_999_999_999_999,
                facts={},
                digest="d",
                created_at=NOON,
            )
        )
        session.flush()
        session.add(
            MatterRow(
                id="m1",
                number="m1",
                loan_id="l1",
                stage="A00",
                write_off="C0",
                owner_id="a",
                state={},
                opened_at=NOON,
                changed_at=NOON,
            )
        )
    return database


def _write_off(**changes: Any) -> WriteOffRow:
    facts: dict[str, Any] = {
        "id": "w1",
        "loan_id": "l1",
        "matter_id": "m1",
        "state": "applied",
        "principal_fen": 1,
        "on_interest_fen": 0,
        "off_interest_fen": 0,
        "fees_fen": 0,
        "cut_off": date(2026, 1, 1),
        "request_digest": "d",
        "request": {},
        "applied_by": "a",
        "created_at": NOON,
    }
    return WriteOffRow(**{**facts, **changes})


def test_an_instant_is_kept_in_utc_and_comes_back_with_its_zone(database: Database) -> None:
    with database.writing() as session:
        session.add(BeatRow(name="n", at=NOON))
    with database.reading() as session:
        found = session.exec(select(BeatRow)).one().at
    assert found == NOON and found.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="zone"), database.writing() as session:
        session.add(BeatRow(name="n", at=datetime(2026, 3, 2)))


def test_large_sums_are_kept_to_the_fen(loan: Database) -> None:
    with loan.reading() as session:
        assert session.exec(select(LoanRow)).one().disbursed_fen == 9_999_999_999_999_999


@pytest.mark.parametrize(
    "changes",
    [
        {"principal_fen": -1},
        {"state": "bogus"},
        {"checked_by": "a"},
        {"checked_by": "b", "approved_by": "a"},
        {"checked_by": "b", "approved_by": "b"},
    ],
)
def test_a_write_off_against_the_rules_is_refused_by_the_database(loan: Database, changes: dict[str, Any]) -> None:
    with pytest.raises(Conflict), loan.writing() as session:
        session.add(_write_off(**changes))


def test_a_loan_has_one_effective_write_off_and_a_refused_one_does_not_count(loan: Database) -> None:
    with loan.writing() as session:
        session.add(_write_off(state="refused"))
        session.flush()
        session.add(_write_off(id="w2"))
    with pytest.raises(Conflict), loan.writing() as session:
        session.add(_write_off(id="w3"))


@pytest.mark.parametrize("fen", [0, -1])
def test_a_payment_is_above_zero(loan: Database, fen: int) -> None:
    with pytest.raises(Conflict), loan.writing() as session:
        session.add(PaymentRow(loan_id="l1", paid_on=date(2026, 1, 1), fen=fen, number="n", recorded_by="a", at=NOON))
