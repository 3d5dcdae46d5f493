"""How money is applied inside a class, and that no fen is lost when it is shared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.award import GeneralInterest, Item, ItemKind
from legalflow.claims.delay_debt import Debt, Late, Line, Running, in_proportion
from legalflow.values.money import Money, total
from tests.builders import a_law

ON = date(2025, 6, 1)
DUE, LATER = date(2025, 1, 31), date(2025, 12, 31)


def a_debt(*lines: Line, running: tuple[Running, ...] = (), statutory: bool = True) -> Debt:
    """A debt of principal items, the doubled part at one in ten thousand a day."""
    return Debt(a_law(), list(lines), list(running), statutory, Decimal("0.0001"), {(): Late()})


def a_line(name: str, due: date = DUE, amount: str = "100", bears: bool = True) -> Line:
    """A principal item."""
    return Line(Item(ItemKind.PRINCIPAL, Money(amount), id=name), due, Money(amount), bears)


def paid(debt: Debt, amount: str) -> dict[str, str]:
    """What was taken off each item by a payment."""
    before = {line.item.id: line.left for line in debt.lines}
    debt.pay("principal", Money(amount), ON)
    return {line.item.id: str(before[line.item.id] - line.left) for line in debt.lines}


def test_what_is_due_is_paid_before_what_is_not() -> None:
    assert paid(a_debt(a_line("later", LATER), a_line("due")), "130") == {"later": "30.00", "due": "100.00"}


def test_what_bears_more_is_paid_before_what_was_due_earlier() -> None:
    running = (Running(GeneralInterest(Decimal("0.06"), DUE, on=("dear",))),)
    debt = a_debt(a_line("cheap", date(2024, 1, 1)), a_line("dear"), running=running)
    assert paid(debt, "50") == {"cheap": "0.00", "dear": "50.00"}
    assert paid(a_debt(a_line("bare", bears=False), a_line("bears")), "50") == {"bare": "0.00", "bears": "50.00"}


def test_what_was_due_earlier_comes_first_where_all_bear_alike() -> None:
    assert paid(a_debt(a_line("second"), a_line("first", date(2025, 1, 1))), "50") == {
        "second": "0.00",
        "first": "50.00",
    }


def test_equals_share_in_proportion_and_the_list_decides_where_that_was_chosen() -> None:
    assert paid(a_debt(a_line("a", amount="300"), a_line("b")), "100") == {"a": "75.00", "b": "25.00"}
    listed = a_debt(a_line("a", LATER), a_line("b"), statutory=False)
    assert paid(listed, "100") == {"a": "100.00", "b": "0.00"}


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8), st.integers(0, 10**12))
def test_shares_are_whole_and_never_above_what_is_owed(owed: list[int], fen: int) -> None:
    amounts = [Money.of_fen(each) for each in owed]
    money = min(Money.of_fen(fen), total(amounts))
    shares = in_proportion(money, amounts)
    assert total(shares) == money
    assert all(Money(0) <= share <= amount for share, amount in zip(shares, amounts, strict=True))
