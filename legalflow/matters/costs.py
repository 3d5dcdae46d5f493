"""What was advanced for a matter and what of it came back, by kind: the fold of its cost events.

Money the debtor paid on the claim is no refund, even where it was set off against costs: it stands with the payments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from legalflow.errors import Invalid, Problem
from legalflow.matters.checks import Refusal
from legalflow.matters.cost_events import COSTS, COURT_FEES, REFUNDS, CostPaid, CostRefunded
from legalflow.matters.events import FeePaid
from legalflow.matters.needs import Need
from legalflow.matters.state import Matter
from legalflow.values.money import ZERO, Money

NAMES = {choice.value: (choice.zh, choice.en) for choice in (*COURT_FEES, *COSTS)}
GROUNDS = {choice.value: choice.zh for choice in REFUNDS}


@dataclass(frozen=True)
class Entry:
    """One payment (positive) or refund (negative): its day, number in the journal, to or from whom, and its paper."""

    sequence: int
    on: date
    kind: str
    amount: Money
    whom: str
    receipt: str
    note: str


@dataclass(frozen=True)
class Kind:
    """All of one kind: what was paid, what came back, and how."""

    name: str
    court_fee: bool
    paid: Money
    refunded: Money

    @property
    def net(self) -> Money:
        """What is still advanced."""
        return self.paid - self.refunded


@dataclass(frozen=True)
class Account:
    """The costs of a matter: by kind in the order of the table, and every entry in the order of its day."""

    kinds: tuple[Kind, ...]
    entries: tuple[Entry, ...]

    @property
    def paid(self) -> Money:
        """All that was advanced."""
        return sum((each.paid for each in self.kinds), ZERO)

    @property
    def refunded(self) -> Money:
        """All that came back."""
        return sum((each.refunded for each in self.kinds), ZERO)

    @property
    def net(self) -> Money:
        """What is still advanced."""
        return self.paid - self.refunded


def account(matter: Matter) -> Account:
    """What was advanced for a matter and what of it came back, of the events that stand."""
    entries = sorted(_entries(matter), key=lambda entry: (entry.on, entry.sequence))
    kinds = []
    for name in NAMES:
        own = [entry.amount for entry in entries if entry.kind == name]
        if own:
            paid = sum((each for each in own if each > ZERO), ZERO)
            kinds.append(Kind(name, name in _COURT, paid, paid - sum(own, ZERO)))
    return Account(tuple(kinds), tuple(entries))


_COURT = frozenset(choice.value for choice in COURT_FEES)
COST_PAID = Need(
    "need.cost_paid",
    "尚无已登记的费用，没有可以退还的",
    "a cost on record that could be refunded",
    lambda matter: bool(account(matter).entries),
)


def amount_is_positive(_: Matter, event: CostPaid | CostRefunded) -> Iterator[Refusal]:
    """A cost is more than nothing."""
    if event.amount <= ZERO:
        yield (
            Invalid,
            Problem("cost.amount", "金额须大于零", "the amount has to be above zero", "amount", str(event.amount)),
        )


def refund_fits(matter: Matter, event: CostRefunded) -> Iterator[Refusal]:
    """No more of a kind comes back than was paid, and not before it was."""
    kept = account(matter)
    kind = next((each for each in kept.kinds if each.name == event.cost), None)
    left = kind.net if kind else ZERO
    if event.amount > left:
        zh, en = NAMES[event.cost]
        yield (
            Invalid,
            Problem(
                "cost.refund",
                f"{zh}已付未退的金额为 {left.grouped()} 元，退还金额不能更多",
                f"of the {en} {left.grouped()} yuan are still advanced; no more can come back",
                "amount",
                str(event.amount),
                "核对费用种类和金额；漏记已付费用的，先登记",
                mend_en="check kind and amount; record the payment first if it is missing",
            ),
        )
        return
    first = min(entry.on for entry in kept.entries if entry.kind == event.cost)
    if event.on < first:
        yield (
            Invalid,
            Problem(
                "cost.day", "退还日期早于付款日期", "the refund is earlier than the payment", "on", event.on.isoformat()
            ),
        )


def _entries(matter: Matter) -> Iterator[Entry]:
    for each in matter.standing:
        event = each.event
        match event:
            case FeePaid():
                yield Entry(each.sequence, event.on, event.fee, event.amount, "人民法院", event.receipt, "")
            case CostPaid():
                note = "合同约定由债务人负担" if event.agreed else ""
                yield Entry(each.sequence, event.on, event.cost, event.amount, event.payee, event.receipt, note)
            case CostRefunded():
                yield Entry(
                    each.sequence, event.on, event.cost, -event.amount, "", event.receipt, GROUNDS[event.ground]
                )
            case _:
                pass
