"""A loan taken over begins with what its books showed: imported by one, confirmed by another, named where wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.persistence.tables import BatchRow, LoanRow, OpeningBalanceRow
from legalflow.services import awaiting, balancing, claiming, importing, opening, writing_off
from legalflow.services.balancing import Balanced
from legalflow.values.money import Money, total
from tests.services.installation import work_off
from tests.services.test_writing_off import House

DAY = "2026-06-30"
HEAD = "合同编号,余额日期,本金余额,利息余额,罚息余额,复利余额,费用余额,来源系统"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.office.database.close()


def _loan(house: House) -> LoanRow:
    with house.office.database.reading() as session:
        return session.exec(select(LoanRow)).one()


def _books(house: House, day: str = DAY) -> list[str]:
    """What the claim of a day says, as a clerk would write it."""
    found = claiming.state_claim(house.office, house[Role.COUNSEL], _loan(house).id, date.fromisoformat(day))[1].value
    return [str(each) for each in (found.principal, found.interest, found.penalty, found.compound, found.costs)]


def _file(house: House, amounts: list[str], day: str = DAY) -> bytes:
    return "\n".join([HEAD, ",".join([_loan(house).contract_number, day, *amounts, "原核心系统"])]).encode()


def _imported(house: House, content: bytes, actor: Actor | None = None) -> tuple[int, int, int]:
    """Rows that were added, unchanged, refused."""
    batch = importing.receive(house.office, actor or house[Role.COUNSEL], "opening_balances", "期初.csv", content)
    work_off(house.office)
    with house.office.database.reading() as session:
        row = session.get_one(BatchRow, batch)
        return row.added, row.unchanged, row.refused


def _stands(house: House) -> OpeningBalanceRow:
    with house.office.database.reading() as session:
        return session.exec(select(OpeningBalanceRow).order_by(sa.desc("proposed_at"))).all()[0]


def _only(house: House) -> Balanced:
    [found] = balancing.balanced(house.office)
    return found


def test_both_ledgers_begin_with_what_was_stated_once_another_person_confirmed_it(house: House) -> None:
    before = _only(house)
    content = _file(house, _books(house))
    foreseen = importing.foresee(house.office, house[Role.COUNSEL], "opening_balances", content)
    assert (foreseen.added, foreseen.refused) == (1, 0)
    assert _imported(house, content) == (1, 0, 0)
    assert _only(house) == before, "a proposal changes nothing"
    row, checker = _stands(house), house[Role.FINANCE_CHECKER]
    assert row.file_digest and awaiting.queue(house.office, checker, "opening").total == 1
    opening.confirm(house.office, checker, [row.id])
    after = _only(house)
    assert after.legal is not None and after.book is not None and before.legal is not None
    assert after.legal.opening == total(opening.amounts_of(row)) and after.legal.holds and not after.broken
    assert after.legal.closing == before.legal.closing and after.legal.disbursed == Money("0")
    assert after.legal.accrued < before.legal.accrued and after.book == after.legal


def test_what_came_in_before_that_day_is_in_the_opening_and_what_came_in_after_it_is_paid(house: House) -> None:
    for number, day in (("P1", "2026-06-01"), ("P2", "2026-07-01")):
        texts = {"number": number, "amount": "1000.00", "on": day}
        importing.record_payment(house.office, house[Role.FINANCE], _loan(house).id, texts)
    _imported(house, _file(house, _books(house)))
    opening.confirm(house.office, house[Role.FINANCE_CHECKER], [_stands(house).id])
    found = _only(house)
    assert found.legal is not None and found.legal.paid == Money("1000.00") and not found.broken
    write_off = house.asked(principal="100.00", on_balance_interest="0.00", off_balance_interest="0.00")
    house.checked(write_off)
    house.approved(write_off)
    writing_off.book(house.office, house[Role.FINANCE], write_off, "记1号", "2026-11-24")
    off = _only(house)
    assert off.book is not None and off.book.opening == found.legal.opening and off.book.holds and not off.broken
    assert off.book.paid == Money("1000.00") and off.book.written_off == Money("100.00")


@pytest.mark.parametrize("component", range(4))
def test_an_opening_that_is_not_the_claim_of_its_day_is_named_with_the_component(house: House, component: int) -> None:
    amounts = _books(house)
    amounts[component] = str(Money(amounts[component]) + Money("0.01"))
    _imported(house, _file(house, amounts))
    row = _stands(house)
    opening.confirm(house.office, house[Role.FINANCE_CHECKER], [row.id])
    [(_, broken)] = balancing.broken(house.office)
    assert broken.place == f"opening_balance {row.id}" and amounts[component] in broken.zh


def test_a_row_changed_by_hand_is_named(house: House) -> None:
    _imported(house, _file(house, _books(house)))
    row = _stands(house)
    opening.confirm(house.office, house[Role.FINANCE_CHECKER], [row.id])
    assert not list(balancing.broken(house.office))
    with house.office.database.engine.begin() as connection:
        connection.execute(sa.text("update opening_balance set principal_fen = principal_fen - 1"))
    assert [each.place for _, each in balancing.broken(house.office)] == [f"opening_balance {row.id}"]


def test_the_same_file_again_adds_nothing_and_other_balances_are_refused_until_those_are_taken_back(
    house: House,
) -> None:
    amounts, checker = _books(house), house[Role.FINANCE_CHECKER]
    _imported(house, _file(house, amounts))
    row = _stands(house)
    opening.confirm(house.office, checker, [row.id])
    assert _imported(house, _file(house, amounts) + b"\n") == (0, 1, 0)
    other = _file(house, ["1.00", *amounts[1:]])
    assert _imported(house, other) == (0, 0, 1)
    with pytest.raises(Invalid):
        opening.take_back(house.office, checker, row.id, " ")
    opening.take_back(house.office, checker, row.id, "余额表有误")
    assert _only(house).legal == _only(house).book and not _only(house).broken
    with pytest.raises(NotNow):
        opening.take_back(house.office, checker, row.id, "再来")
    assert _imported(house, other) == (1, 0, 0)
    found, counts = opening.listed(house.office, checker, "reversed")
    assert counts == {"proposed": 1, "reversed": 1} and found[0].row.reason == "余额表有误"


def test_nobody_confirms_what_they_imported_neither_in_code_nor_in_the_database(house: House) -> None:
    _imported(house, _file(house, _books(house)))
    row, counsel = _stands(house), house[Role.COUNSEL]
    with pytest.raises(NotAllowed):
        opening.confirm(house.office, counsel, [row.id])
    with pytest.raises(Conflict):
        opening.confirm(house.office, Actor(counsel.id, counsel.name, Role.FINANCE_CHECKER), [row.id])
    with pytest.raises(Conflict), house.office.database.writing() as session:
        session.execute(sa.update(OpeningBalanceRow).values(state="in_force", decided_by=counsel.id))
    with pytest.raises(NotFound):
        opening.confirm(house.office, house[Role.FINANCE_CHECKER], [row.id, "nothing"])
    with pytest.raises(Invalid):
        opening.confirm(house.office, house[Role.FINANCE_CHECKER], [])
    assert _stands(house).state == "proposed"
    opening.refuse(house.office, house[Role.FINANCE_CHECKER], row.id, "与余额表不符")
    with pytest.raises(NotNow):
        opening.confirm(house.office, house[Role.FINANCE_CHECKER], [row.id])


def test_everything_wrong_in_a_row_is_said_at_once(house: House) -> None:
    wrong = _file(house, ["-1", "x", "0", "0", "0"], "2027-01-01")
    found = importing.foresee(house.office, house[Role.COUNSEL], "opening_balances", wrong)
    assert found.refused == 1 and len(found.first[0].problems) == 2
    early = importing.foresee(
        house.office, house[Role.COUNSEL], "opening_balances", _file(house, ["1"] + ["0"] * 4, "2020-01-01")
    )
    late = importing.foresee(
        house.office, house[Role.COUNSEL], "opening_balances", _file(house, ["1"] + ["0"] * 4, "2027-01-01")
    )
    assert "早于首次放款日" in early.first[0].problems[0] and "晚于今天" in late.first[0].problems[0]
    house.booked()
    booked = importing.foresee(house.office, house[Role.COUNSEL], "opening_balances", _file(house, _books(house)))
    assert "已在本系统核销入账" in booked.first[0].problems[0]
