"""Loans read in bulk are the loans read one by one, and claims kept in bulk take the place of those before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from legalflow.errors import Conflict
from legalflow.loans.loan import Loan
from legalflow.persistence import mapping, portfolio, repositories
from legalflow.persistence.database import Database
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import ClaimRow, LoanRow, MatterRow, PaymentRow
from tests.builders import a_loan

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.open(tmp_path / "keys")


def _kept(session: Session, keys: Keys, name: str, **changes: Any) -> Loan:
    loan = a_loan(contract_number=name, **changes)
    row = LoanRow(
        id=name,
        lender=loan.lender,
        contract_number=name,
        borrower="",
        maturity=loan.maturity,
        disbursed_fen=0,
        facts={},
        digest="",
        created_at=NOON,
    )
    mapping.put_facts(row, loan, keys)
    session.add(row)
    session.flush()
    return loan


def _paid(loan_id: str, number: str, on: date, reversed: bool = False) -> PaymentRow:
    fen = 1_000_000 + len(number)
    return PaymentRow(loan_id=loan_id, paid_on=on, fen=fen, number=number, reversed=reversed, recorded_by="a", at=NOON)


def _matter(loan_id: str, stage: str, **state: Any) -> MatterRow:
    at = {"opened_at": NOON, "changed_at": NOON}
    return MatterRow(
        id=f"m{loan_id}", number=loan_id, loan_id=loan_id, stage=stage, write_off="C0", owner_id="a", state=state, **at
    )


@pytest.fixture
def filled(database: Database, keys: Keys) -> Database:
    """Five loans: with payments, called due by its matter, closed, without anything."""
    with database.writing() as session:
        for name in ("a", "b", "c", "d", "e"):
            _kept(session, keys, name)
        session.add(_matter("b", "A40", accelerated_on="2025-09-01"))
        session.add(_matter("c", "A90"))
        session.add(_matter("d", "A00", accelerated_on=None))
        for number, on in (("2", date(2025, 3, 1)), ("1", date(2025, 3, 1)), ("10", date(2025, 2, 20))):
            session.add(_paid("a", number, on))
        session.add(_paid("a", "wrong", date(2025, 4, 1), reversed=True))
        session.add(_paid("b", "1", date(2025, 3, 1)))
    return database


def test_a_loan_read_in_bulk_is_the_loan_without_its_persons(filled: Database, keys: Keys) -> None:
    with filled.reading() as session:
        found = {each.loan_id: each for each in portfolio.loans(session, "", "z")}
        assert list(found) == ["a", "b", "d", "e"], "a closed matter's loan is left out"
        for loan_id, each in found.items():
            row = session.get(LoanRow, loan_id)
            assert row is not None
            whole = repositories.whole_loan(session, row, keys)
            assert mapping.terms_of(each.facts, each.payments, each.called_due) == replace(whole, parties=())
    assert found["b"].called_due == "2025-09-01"
    assert len(found["a"].payments) == 3


def test_ranges_hold_every_open_loan_once(filled: Database) -> None:
    with filled.reading() as session:
        cut = list(portfolio.ranges(session, 3))
        assert cut == [("", "d", 3), ("d", "e", 1)]
        found = [each.loan_id for after, last, _ in cut for each in portfolio.loans(session, after, last)]
        assert found == ["a", "b", "d", "e"]
        assert list(portfolio.ranges(session, 4)) == [("", "e", 4)]


def test_the_digest_of_the_facts_is_the_same_read_either_way_and_changes_with_them(filled: Database) -> None:
    def either() -> dict[str, str]:
        with filled.reading() as session:
            one_by_one = portfolio.digests(session, ["a", "b", "d", "e"])
            assert one_by_one == {each.loan_id: each.digest for each in portfolio.loans(session, "", "z")}
        return one_by_one

    before = either()
    assert len(set(before.values())) == 4
    with filled.writing() as session:
        session.add(_paid("e", "9", date(2025, 5, 1)))
        wrong = session.exec(select(PaymentRow).where(PaymentRow.number == "10")).one()
        wrong.reversed = True
        session.add(wrong)
        session.flush()
        session.add(_paid("a", "10", date(2025, 2, 21)))
        matter = session.get(MatterRow, "mb")
        assert matter is not None
        matter.state = {"accelerated_on": "2025-10-01"}
        session.add(matter)
    after = either()
    assert {name for name in before if before[name] != after[name]} == {"a", "b", "e"}


def _claim(loan_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "as_of": date(2026, 3, 2),
        "currency": "CNY",
        "principal_fen": 9_000_000_000_000_000,
        "interest_fen": 3,
        "penalty_fen": 2,
        "compound_fen": 1,
        "liquidated_damages_fen": 0,
        "costs_fen": 4,
        "total_fen": 9_000_000_000_000_010,
        "overdue_since": None,
        "overdue_days": 0,
        "per_day": "1.5",
        "grade": "pass",
        "facts_digest": "f",
        "rules_digest": "r",
        "reason": "",
        "problems": [],
        "computed_at": NOON,
        **changes,
    }


UNKNOWN = dict.fromkeys(
    ("principal_fen", "interest_fen", "penalty_fen", "compound_fen", "liquidated_damages_fen", "costs_fen", "total_fen")
)


def test_a_claim_kept_again_takes_the_place_of_the_one_before(filled: Database) -> None:
    first = [_claim("a"), _claim("b"), _claim("c")]
    with filled.writing() as session:
        portfolio.put(session, first)
    failed = _claim("b", **UNKNOWN, reason="loan.maturity", problems=[{"code": "loan.maturity", "zh": "到期日"}])
    with filled.writing() as session:
        portfolio.put(session, [failed])
        portfolio.put(session, [])
        portfolio.drop_closed(session)
    with filled.reading() as session:
        kept = portfolio.stored(session, "", "z")
        assert set(kept) == {"a", "b"}
        assert kept["a"] == portfolio.compared(first[0]) and kept["b"] == portfolio.compared(failed)
        assert set(portfolio.claims_of(session, ["b", "c"])) == {"b"}


@pytest.mark.parametrize(
    "changes",
    [{"total_fen": 1}, {"reason": "x"}, {**UNKNOWN}, {"loan_id": "nobody"}],
    ids=lambda value: str(value)[:20],
)
def test_a_claim_that_does_not_add_up_or_says_no_reason_is_refused(filled: Database, changes: dict[str, Any]) -> None:
    with pytest.raises(Conflict), filled.writing() as session:
        session.add(ClaimRow(**{**_claim("a"), **changes}))
