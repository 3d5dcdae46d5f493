"""Each night both ledgers are held, the result is kept, and the row that breaks one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from legalflow.access import Role
from legalflow.errors import Invalid, NotAllowed
from legalflow.office import Office
from legalflow.persistence.tables import LedgerCheckRow, OutboxRow
from legalflow.services import checking, reckoning
from legalflow.values.money import Money
from tests.builders import a_loan, an_open_matter
from tests.services.installation import work_off
from tests.services.test_balancing import _by_hand
from tests.services.test_writing_off import TODAY, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def _nothing(_session: Session) -> None:
    """No row of work is behind this call."""


def _run(office: Office, slot: str = TODAY) -> None:
    reckoning.run(office, slot, _nothing)
    work_off(office)


def test_a_night_that_holds_is_kept_with_its_sums(house: House) -> None:
    house.recovered(house.booked(), "R1", "2000.00")
    _run(house.office)
    [night] = reckoning.history(house.office, house[Role.AUDITOR])
    assert (night.state, night.loans, night.broken) == ("held", 1, 0)
    assert night.book.written_off == Money("121500.00") and night.legal.paid == Money("2000.00")
    assert night.legal.holds and night.book.holds
    assert reckoning.alarm(house.office, house[Role.FINANCE]) is None


def test_a_row_broken_on_purpose_is_named_by_the_job_and_stays_in_the_history_after_it_is_mended(house: House) -> None:
    house.recovered(house.booked(), "R1", "2000.00")
    _by_hand(house.office, "update payment set fen = fen + 1")
    _run(house.office)
    for role in (Role.FINANCE, Role.AUDITOR, Role.ADMIN):
        alarm = reckoning.alarm(house.office, house[role])
        assert alarm is not None and [row["place"] for row in alarm.rows] == ["payment 1"]
    assert reckoning.alarm(house.office, house[Role.SEAL_KEEPER]) is None
    _by_hand_again(house.office, "update payment set fen = fen - 1")
    later = replace(house.office, now=lambda: house.office.now() + timedelta(minutes=1))
    reckoning.ask(later, house[Role.FINANCE_CHECKER])
    work_off(later)
    nights = reckoning.history(later, house[Role.ADMIN])
    assert [night.state for night in nights] == ["held", "broken"]
    assert reckoning.alarm(later, house[Role.FINANCE]) is None


def test_shares_follow_one_another_and_a_share_run_twice_counts_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("A-1", "A-2"):
        an_open_matter(house.office, house[Role.COUNSEL], a_loan(contract_number=number))
    monkeypatch.setattr(reckoning, "SHARE", 2)
    reckoning.run(house.office, TODAY, _nothing)
    with house.office.database.reading() as session:
        row = session.get(LedgerCheckRow, TODAY)
        waiting = [each.subject_id for each in session.exec(select(OutboxRow)) if each.task == reckoning.TASK]
    assert row is not None and (row.loans, row.done_at, waiting) == (2, None, [TODAY])
    work_off(house.office)
    reckoning.run(house.office, TODAY, _nothing)
    [night] = reckoning.history(house.office, house[Role.AUDITOR])
    assert (night.loans, night.state) == (3, "held")


def test_a_run_of_a_day_that_is_over_says_so_and_a_name_that_is_no_day_is_refused(house: House) -> None:
    _run(house.office, "2026-11-23")
    alarm = reckoning.alarm(house.office, house[Role.ADMIN])
    assert alarm is not None and alarm.state == "failed" and "未在当日完成" in alarm.reason
    assert [each.place for each in checking.ledgers_balance(house.office)] == ["ledger_check 2026-11-23"]
    with pytest.raises(Invalid):
        reckoning.run(house.office, "soon", _nothing)


def test_what_was_given_up_says_why_and_the_next_attempt_clears_it(house: House) -> None:
    reckoning.fail(house.office, TODAY, "内存不足", _nothing)
    [night] = reckoning.history(house.office, house[Role.ADMIN])
    assert (night.state, night.reason) == ("failed", "内存不足")
    _run(house.office)
    [night] = reckoning.history(house.office, house[Role.ADMIN])
    assert night.state == "held"


def test_only_who_answers_for_the_ledgers_asks_for_another_run(house: House) -> None:
    for role in (Role.FINANCE, Role.AUDITOR, Role.COUNSEL):
        with pytest.raises(NotAllowed):
            reckoning.ask(house.office, house[role])
    with pytest.raises(NotAllowed):
        reckoning.history(house.office, house[Role.SEAL_KEEPER])


def _by_hand_again(office: Office, statement: str) -> None:
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
